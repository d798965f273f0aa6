"""The Lua that Redis or Valkey runs for the gate: each script sees one hash slot and is atomic there.

A home (see ``store``) has four keys, all with the home as hash tag: ``n`` counters (a hash, two fields for each bucket,
settled and held), ``p`` the parts of reservations that hold something here (a hash by reservation id), ``d`` when they
expire (a sorted set), ``g`` register entries (a list).  Every key that a script touches is declared.

A part is MessagePack: a list of field, amount, field, amount …; once settled it is the settlement's digest, so that a
repetition changes nothing.
"""

from __future__ import annotations

__all__ = ["ADD", "AMEND", "BEGIN", "CLAIM", "DROP", "ENTER", "EXPIRE", "SETTLE", "USAGE"]

_COMMON = """
local function release(n, held)
  for i = 1, #held, 2 do
    local left = redis.call('HINCRBY', n, held[i] .. ':h', -held[i + 1])
    if left <= 0 then redis.call('HDEL', n, held[i] .. ':h') end
  end
end
local function hold(n, held)
  for i = 1, #held, 2 do redis.call('HINCRBY', n, held[i] .. ':h', held[i + 1]) end
end
local function expire_due(n, p, d, now)
  local due = redis.call('ZRANGEBYSCORE', d, '-inf', now)
  for _, id in ipairs(due) do
    local part = redis.call('HGET', p, id)
    if part and string.sub(part, 1, 1) ~= 'S' then
      release(n, cmsgpack.unpack(part))
      redis.call('HDEL', p, id)
    end
    redis.call('ZREM', d, id)
  end
  return due
end
-- the fullest run of buckets that takes in this one: settled, held, first bucket
local function fullest(n, key, bucket, span)
  local fields = {}
  for b = bucket - span + 1, bucket + span - 1 do
    fields[#fields + 1] = key .. '|' .. b .. ':s'
    fields[#fields + 1] = key .. '|' .. b .. ':h'
  end
  local values = redis.call('HMGET', n, unpack(fields))
  local best_s, best_h, best_b
  for first = 0, span - 1 do
    local s, h = 0, 0
    for i = first, first + span - 1 do
      s = s + tonumber(values[2 * i + 1] or 0)
      h = h + tonumber(values[2 * i + 2] or 0)
    end
    if not best_s or s + h > best_s + best_h then
      best_s, best_h, best_b = s, h, bucket - span + 1 + first
    end
  end
  return best_s, best_h, best_b
end
-- three keys of a home live as long as something is written there; registers stay
local function keep(first, ttl)
  for k = first, first + 2 do redis.call('PEXPIRE', KEYS[k], ttl) end
end
"""


_COUNTS = """
local function read_counts(at)
  local counts = {}
  for i = 0, tonumber(ARGV[at]) - 1 do
    local o = at + 1 + i * 6
    counts[#counts + 1] = {
      home = tonumber(ARGV[o]), key = ARGV[o + 1], bucket = tonumber(ARGV[o + 2]), span = tonumber(ARGV[o + 3]),
      cap = tonumber(ARGV[o + 4]), amount = tonumber(ARGV[o + 5]),
    }
  end
  return counts
end
local function usage_of(counts, first)
  local usage, full = {}, {}
  for place, c in ipairs(counts) do
    local s, h, b = fullest(KEYS[first + 4 * c.home], c.key, c.bucket, c.span)
    usage[#usage + 1] = s
    usage[#usage + 1] = h
    usage[#usage + 1] = b
    if s + h + c.amount > c.cap then full[#full + 1] = place - 1 end
  end
  return cmsgpack.pack(usage), full
end
"""

CLAIM = (
    _COMMON
    + _COUNTS
    + """
-- KEYS: answer, reservation, index, then n, p, d, g for each home
-- ARGV: now, ttl, id, expires, what (reserve, note, full: there is no room elsewhere), main, index, digest, answer, facts, counts, home of the reservation, homes,
--       then for each home: entries seen (-1: none were read), part ('' for none); then the counts
local now, ttl, id, expires = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local is_main = ARGV[6] == '1'
if is_main then
  local earlier = redis.call('HMGET', KEYS[1], 'digest', 'kind', 'full', 'usage', 'answer')
  if earlier[1] then
    if earlier[1] ~= ARGV[8] then return {'key_reused'} end
    return {'repeated', earlier[3], earlier[4], earlier[5], earlier[2]}
  end
end
local homes = tonumber(ARGV[13])
for i = 0, homes - 1 do
  local seen = tonumber(ARGV[14 + 2 * i])
  if seen >= 0 and redis.call('LLEN', KEYS[7 + 4 * i]) ~= seen then return {'stale'} end
end
for i = 0, homes - 1 do expire_due(KEYS[4 + 4 * i], KEYS[5 + 4 * i], KEYS[6 + 4 * i], now) end
local usage, full = usage_of(read_counts(14 + 2 * homes), 4)
local kind = ARGV[5] == 'note' and 'noted' or (ARGV[5] == 'full' or #full > 0) and 'full' or 'reserved'
full = cmsgpack.pack(full)
if kind == 'reserved' then
  for i = 0, homes - 1 do
    local part = ARGV[15 + 2 * i]
    if part ~= '' then
      hold(KEYS[4 + 4 * i], cmsgpack.unpack(part))
      redis.call('HSET', KEYS[5 + 4 * i], id, part)
      redis.call('ZADD', KEYS[6 + 4 * i], expires, id)
      keep(4 + 4 * i, ttl)
    end
  end
end
if is_main then
  redis.call('HSET', KEYS[1], 'digest', ARGV[8], 'kind', kind, 'full', full, 'usage', usage, 'answer', ARGV[9],
    'at', now)
  redis.call('PEXPIRE', KEYS[1], ttl)
  if kind == 'reserved' then
    redis.call('HSET', KEYS[2], 'state', 'held', 'expires', expires, 'facts', ARGV[10], 'counts', ARGV[11],
      'home', ARGV[12], 'at', now)
    redis.call('PEXPIRE', KEYS[2], ttl)
    if ARGV[7] == '1' then redis.call('SET', KEYS[3], ARGV[12], 'PX', ttl) end
  end
end
return {kind, full, usage}
"""
)
"""Reserves all counts or none; with ``main`` it also keeps the answer, and gives it back to a repetition."""

DROP = (
    _COMMON
    + """
-- KEYS: n, p, d of one home; ARGV: id.  Takes back a part that was held for a claim which failed elsewhere.
local part = redis.call('HGET', KEYS[2], ARGV[1])
if part and string.sub(part, 1, 1) ~= 'S' then
  release(KEYS[1], cmsgpack.unpack(part))
  redis.call('HDEL', KEYS[2], ARGV[1])
end
redis.call('ZREM', KEYS[3], ARGV[1])
return 1
"""
)
"""Takes back what was held in one home."""

BEGIN = (
    _COMMON
    + """
-- KEYS: reservation, then n, p, d, g for each home; ARGV: id, main, ttl, homes, then the part of each home
if ARGV[2] == '1' then
  local state = redis.call('HGET', KEYS[1], 'state')
  if not state then return 'unknown' end
  if state == 'settled' or state == 'cancelled' then return state end
  redis.call('HSET', KEYS[1], 'state', 'begun')
end
for i = 0, tonumber(ARGV[4]) - 1 do
  if not redis.call('HGET', KEYS[3 + 4 * i], ARGV[1]) then
    hold(KEYS[2 + 4 * i], cmsgpack.unpack(ARGV[5 + i]))
    redis.call('HSET', KEYS[3 + 4 * i], ARGV[1], ARGV[5 + i])
  end
  redis.call('ZREM', KEYS[4 + 4 * i], ARGV[1])
  keep(2 + 4 * i, ARGV[3])
end
return 'begun'
"""
)
"""The contact is being made: nothing of it expires any more; what had expired is held anew."""

SETTLE = (
    _COMMON
    + _COUNTS
    + """
-- KEYS: reservation, then n, p, d, g for each home
-- ARGV: id, main, digest, state, packed counts, ttl, now, alone, homes, for each home the true amounts; then the counts
-- the reservation's own home comes first; alone: every home is here, so the reservation's own state tells a repetition and no mark need stay behind
local homes, is_alone = tonumber(ARGV[9]), ARGV[8] == '1'
local kind = 'settled'
if ARGV[2] == '1' then
  local now_is = redis.call('HMGET', KEYS[1], 'state', 'settlement')
  if not now_is[1] then return {'unknown'} end
  if now_is[1] == 'settled' or now_is[1] == 'cancelled' then
    if now_is[2] ~= ARGV[3] then return {'conflict'} end
    kind = 'repeated'
  end
end
for i = 0, homes - 1 do
  local n, p, d = KEYS[2 + 4 * i], KEYS[3 + 4 * i], KEYS[4 + 4 * i]
  local part = redis.call('HGET', p, ARGV[1])
  local is_done = part and string.sub(part, 1, 1) == 'S' or is_alone and kind == 'repeated'
  if not is_done then
    if part then release(n, cmsgpack.unpack(part)) elseif i == 0 and kind ~= 'repeated' then kind = 'late' end
    local amounts = cmsgpack.unpack(ARGV[10 + i])
    for k = 1, #amounts, 2 do redis.call('HINCRBY', n, amounts[k] .. ':s', amounts[k + 1]) end
    if is_alone then redis.call('HDEL', p, ARGV[1]) else redis.call('HSET', p, ARGV[1], 'S' .. ARGV[3]) end
    redis.call('ZREM', d, ARGV[1])
    keep(2 + 4 * i, ARGV[6])
  end
end
if ARGV[2] == '1' and kind ~= 'repeated' then
  redis.call('HSET', KEYS[1], 'state', ARGV[4], 'settlement', ARGV[3], 'counts', ARGV[5], 'at', ARGV[7])
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
end
local usage = usage_of(read_counts(10 + homes), 2)
return {kind, usage}
"""
)
"""Puts the true amounts in place of the held ones, once."""

EXPIRE = (
    _COMMON
    + """
-- KEYS: n, p, d of one home; ARGV: now
return expire_due(KEYS[1], KEYS[2], KEYS[3], ARGV[1])
"""
)
"""Releases whatever is due in one home; the ids."""

USAGE = (
    _COMMON
    + _COUNTS
    + """
-- KEYS: n, p, d, g for each home; ARGV: now, homes, then the counts
for i = 0, tonumber(ARGV[2]) - 1 do expire_due(KEYS[1 + 4 * i], KEYS[2 + 4 * i], KEYS[3 + 4 * i], ARGV[1]) end
local usage = usage_of(read_counts(3), 1)
return usage
"""
)
"""How much of each count is used."""

ADD = (
    _COMMON
    + """
-- KEYS: n, p, d, g for each home; ARGV: ttl, then the amounts of each home
for i = 0, #KEYS / 4 - 1 do
  local amounts = cmsgpack.unpack(ARGV[2 + i])
  for k = 1, #amounts, 2 do redis.call('HINCRBY', KEYS[1 + 4 * i], amounts[k] .. ':s', amounts[k + 1]) end
  keep(1 + 4 * i, ARGV[1])
end
return 1
"""
)
"""Counts contacts that were made without the gate."""

ENTER = """
-- KEYS: g for each entry (its home may come again); ARGV: for each its id, and id, line feed, body
for i, g in ipairs(KEYS) do
  local id = ARGV[2 * i - 1]
  local is_new = true
  for _, entry in ipairs(redis.call('LRANGE', g, 0, -1)) do
    if string.sub(entry, 1, #id + 1) == id .. '\\n' then is_new = false end
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
