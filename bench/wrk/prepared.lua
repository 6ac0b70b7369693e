-- Sends the prepared requests of this thread's file, each once, one a line: token, tab, body.
local number = 0
function setup(thread)
  thread:set("number", number)
  number = number + 1
end

function init(args)
  lines = io.lines(args[1] .. "." .. number)
  path = args[2]
end

function request()
  local line = lines()
  if line == nil then
    wrk.thread:stop()
    line = last
  end
  last = line
  local tab = line:find("\t", 1, true)
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. line:sub(1, tab - 1) }
  return wrk.format("POST", path, headers, line:sub(tab + 1))
end

function done(summary, latency, requests)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d\n",
    summary.requests, summary.duration, latency:percentile(99), errors.status, lost))
end
