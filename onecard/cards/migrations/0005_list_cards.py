from __future__ import annotations

from django.db import migrations

LIST_CARDS = """
insert into cards_blacklistchange (version, card_id, card_no, is_listed, reason, changed_at, listed_count, checksum)
select v.version, v.id, v.card_no, true, v.state, v.changed_at, count(*) over up_to_here, bit_xor(v.term) over up_to_here
from (
  select c.*, coalesce(c.loss_version, nextval('cards_blacklist_version')) as version,
    ('x' || encode(substr(sha256(int8send(c.card_no)), 1, 8), 'hex'))::bit(64)::bigint as term
  from (
    select id, card_no, state, loss_version,
      coalesce(case state when 3 then loss_reported_at when 5 then cancelled_at end, now()) as changed_at
    from cards_card where state in (3, 4, 5) order by changed_at, id
  ) as c
) as v
window up_to_here as (order by v.version)
order by v.version
"""
"""Every card that is lost, frozen or cancelled by now comes on the list, with the version of its loss where it has one.

The checksum's term stands here once more, because functions are installed after the migrations.
"""


class Migration(migrations.Migration):
    dependencies = [("cards", "0004_blacklist_change")]

    operations = [migrations.RunSQL(LIST_CARDS, migrations.RunSQL.noop)]
