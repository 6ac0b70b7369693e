"""Pages of the room, by what they are about; each registers its own."""

from onecard.funding import bank_pages as bank_pages
from onecard.funding import subsidy_pages as subsidy_pages
