"""The Lua for what needs no counting: register entries, the words of an answer, counters that are past.

As in ``redis_scripts`` each script sees one hash slot and declares every key that it touches.
"""

__all__ = ["AMEND", "ENTER", "PRUNE"]

ENTER = """
-- KEYS: g for each entry (its home may come again); ARGV: for each its id, and id, line feed, body
for i, g in ipairs(KEYS) do
  local start, is_new = ARGV[2 * i - 1] .. '\\n', true
  for _, entry in ipairs(redis.call('LRANGE', g, 0, -1)) do
    if string.sub(entry, 1, #start) == start then is_new = false end
  end
  if is_new then redis.call('RPUSH', g, ARGV[2 * i]) end
end
return 1
"""
"""Adds register entries; one whose id is there already is left alone."""

AMEND = """
local kind = redis.call('HGET', KEYS[1], 'kind')
if kind == 'full' or kind == 'noted' then redis.call('HSET', KEYS[1], 'answer', ARGV[1]) end
return 1
"""
"""Replaces the kept answer of a claim that held nothing."""

PRUNE = """
-- KEYS: n of one home; ARGV: first and end of the buckets that are past (months, days), the same in hours (of instants)
local dropped = 0
local function is_past(bucket, from, to)
  for i = from, to, 2 do
    if bucket >= tonumber(ARGV[i]) and bucket < tonumber(ARGV[i + 1]) then return true end
  end
end
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  local place, bucket, what = string.match(field, '^(.*|(%d+)):([st])$')
  if what == 's' and is_past(tonumber(bucket), 1, 4) and redis.call('HEXISTS', KEYS[1], place .. ':h') == 0 then
    dropped = dropped + redis.call('HDEL', KEYS[1], field)
  elseif what == 't' and is_past(tonumber(bucket), 5, 6) then
    local cells, held = cmsgpack.unpack(redis.call('HGET', KEYS[1], field)), 0
    for i = 3, #cells, 3 do held = held + cells[i] end
    if held == 0 then
      dropped = dropped + #cells / 3
      redis.call('HDEL', KEYS[1], field)
    end
  end
end
return dropped
"""
"""Drops the counters of one home that ended before a day and hold nothing; how many."""
