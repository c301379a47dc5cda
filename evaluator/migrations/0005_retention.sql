-- How long what is kept; docs/reference/storage.md says it for people. By receive time, which this system stamps: the calls of a sender without a clock stand in
-- the partition of 1970 and are kept as long as all others. Counted from the end of the day (UTC): the rows of a day leave together, so that a part is rewritten
-- once and a partition is dropped whole.
ALTER TABLE calls MODIFY COLUMN input String CODEC(ZSTD(3)) TTL toDate(received_at) + INTERVAL 15 DAY;
ALTER TABLE calls MODIFY COLUMN output String CODEC(ZSTD(3)) TTL toDate(received_at) + INTERVAL 15 DAY;
ALTER TABLE calls MODIFY TTL toDate(received_at) + INTERVAL 91 DAY;
-- A month's part is dropped when its last row is due, and never rewritten for it. Not so calls: the partition of 1970 would hold a new row always.
ALTER TABLE windows MODIFY SETTING ttl_only_drop_parts = 1;
ALTER TABLE windows MODIFY TTL minute + INTERVAL 400 DAY;
ALTER TABLE decisions MODIFY SETTING ttl_only_drop_parts = 1;
ALTER TABLE decisions MODIFY COLUMN text String CODEC(ZSTD(3));
ALTER TABLE decisions MODIFY TTL toDate(at) + INTERVAL 401 DAY
