"""Tables that are too large to be read as a whole: SQL for `environment.seeded(STATEMENTS)`.

1,000 users have the ids 1001 to 2000. 50,000 events begin a minute apart from 2031-01-01 on, the
first at 00:01 UTC, and have the ids 1 to 50,000 in that order. 10,000 of them are those of
`ORGANIZER_ID`: the last 5,000 of all are planned, the 5,000 before them completed. Of 200,000 tasks
about 1,500 belong to the event `EVENT_ID` and about 1,500 are assigned to `ORGANIZER_ID`; they
stand among the others, as they came in.
"""

ORGANIZER_ID = 1001
EVENT_ID = 7

USERS = """
    INSERT INTO users (id, email, hashed_password, full_name)
    SELECT n, CASE n WHEN 1001 THEN 'olga' ELSE 'user-' || n END || '@example.com', 'none', 'User'
    FROM generate_series(1001, 2000) AS n
"""
EVENTS = """
    INSERT INTO events (id, title, start_time, end_time, status, organizer_id)
    SELECT n, 'Meetup', timestamptz '2031-01-01Z' + n * interval '1 minute',
           timestamptz '2032-01-01Z',
           CASE WHEN n > 45000 THEN 'planning' WHEN n > 40000 THEN 'completed'
                ELSE (ARRAY['planning', 'scheduled', 'completed'])[1 + mod(n, 3)] END,
           CASE WHEN n > 40000 THEN 1001 ELSE 1002 + mod(n, 900) END
    FROM generate_series(1, 50000) AS n
"""
TASKS = """
    INSERT INTO tasks (title, event_id, assigned_to_id)
    SELECT 'Task', CASE WHEN mod(n, 133) = 7 THEN 7 ELSE 10 + mod(n, 49990) END,
           CASE WHEN mod(n, 133) = 9 THEN 1001 ELSE 1002 + mod(n, 900) END
    FROM generate_series(1, 200000) AS n
"""
# Looking up each row's event and assignee would take most of the time: once, at the end, will do.
COLLECT_FOREIGN_KEYS = """
    CREATE TABLE foreign_keys AS SELECT
        format('ALTER TABLE %%s DROP CONSTRAINT %%I', t, conname) AS "drop",
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', t, conname,
               pg_get_constraintdef(oid)) AS "add"
    FROM pg_constraint, LATERAL (SELECT conrelid::regclass AS t) AS referencing
    WHERE contype = 'f' AND conrelid IN ('tasks'::regclass, 'events'::regclass)
"""
EXECUTE_EACH = (
    "DO 'DECLARE c text; BEGIN FOR c IN SELECT {} FROM foreign_keys LOOP EXECUTE c; END LOOP; END'"
)
STATEMENTS = (
    USERS,
    COLLECT_FOREIGN_KEYS,
    EXECUTE_EACH.format('"drop"'),
    EVENTS,
    TASKS,
    EXECUTE_EACH.format('"add"'),
    "DROP TABLE foreign_keys",
)
"""In the order in which they have to run; the app's schema has to be migrated before."""
