"""`onecard gateway` on the benchmark's database: python -m bench.serve --port N --workers N."""

from __future__ import annotations

import argparse
import os


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m bench.serve", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onecard.settings")
    import django

    django.setup()
    from bench.world import point_at_bench_database
    from onecard.cli.gateway import serve_gateway

    point_at_bench_database()
    serve_gateway(host="127.0.0.1", port=options.port, workers=options.workers)


if __name__ == "__main__":
    main()
