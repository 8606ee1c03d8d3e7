"""Floors by PostgreSQL's own load tool, on the server and database of the benchmark."""

import re
import subprocess
import tempfile

from bench import scratch
from loyalty_site.embedded import postgres

ONE_ROW = """
\\set n random(1, 9000000000000000)
BEGIN;
UPDATE members_account SET balance = balance + 10, earned = earned + 10, order_count = order_count + 1
WHERE id = {account};
INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, reference, occurred_at, reason,
                                 explain)
VALUES ({account}, {program}, 'earn', 10, 10, 'floor:' || :client_id || ':' || :n, now(), '', '{{}}');
COMMIT;
"""


def tpc_b(*, clients: int, seconds: int) -> float:
    """Transactions a second of the TPC-B-like script, prepared, on tables of its own."""
    called("-i", "-q", "-s", "10")
    return transactions("-M", "prepared", clients=clients, seconds=seconds)


def one_row(account_id: int, program_id: int, *, clients: int, seconds: int) -> float:
    """Transactions a second of plain SQL that adds points to one account and writes an entry."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(ONE_ROW.format(account=account_id, program=program_id))
        script.flush()
        return transactions("-M", "simple", "-f", script.name, clients=clients, seconds=seconds)


def transactions(*arguments: str, clients: int, seconds: int) -> float:
    printed = called(*arguments, "-c", str(clients), "-j", "2", "-T", str(seconds), "-n")
    found = re.search(r"tps = ([\d.]+)", printed)
    return float(found.group(1)) if found else 0.0


def called(*arguments: str) -> str:
    address = scratch.address()
    options = ["-h", address["host"], "-U", address["user"]]
    options += ["-p", str(address["port"])] if "port" in address else []
    command = [postgres.binary("pgbench"), *options, *arguments, address["dbname"]]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
