"""The Lua that Redis or Valkey runs for the gate: each script sees one hash slot and is atomic there.

A home (see ``store``) has three keys, all with the home as hash tag: ``n`` counters (a hash with two fields for each
bucket, settled and held; of instants one field for each hour, packed {instant, settled, held, instant …}), ``p`` the parts
of reservations that hold something here (a hash by reservation id), ``g`` register entries (a list).  Every key that a
script touches is declared.

A part is sixteen digits, the microsecond in which it expires (zeros: it has begun and does not), and MessagePack: field,
amount, field, amount … as held.  In a cluster the part of a settled reservation stays for a while as digits and ``S``, so
that a repetition changes nothing.  Arguments come as one MessagePack list, which costs far less than many.
"""

from __future__ import annotations

from cuijie.gate.stores.tally import FIRST_INSTANT

__all__ = ["ADD", "BEGIN", "CLAIM", "DROP", "EXPIRE", "HOUR_US", "NEAR", "SETTLE", "USAGE"]

HOUR_US = 3_600_000_000
"""How much time the instants of one field lie in."""

_COMMON = (
    f"local INSTANT, HOUR = {FIRST_INSTANT}, {HOUR_US}"
    """
local function hour_field(key, hour) return string.format('%s|%.0f:t', key, hour) end
local function add_at(n, key, instant, what, amount)
  local field = hour_field(key, math.floor(instant / HOUR))
  local packed = redis.call('HGET', n, field)
  local cells, at = packed and cmsgpack.unpack(packed) or {}, nil
  for i = 1, #cells, 3 do
    if cells[i] == instant then at = i end
  end
  if not at then
    at = #cells + 1
    cells[at], cells[at + 1], cells[at + 2] = instant, 0, 0
  end
  local slot = at + (what == ':s' and 1 or 2)
  cells[slot] = math.max(cells[slot] + amount, 0)
  if cells[at + 1] + cells[at + 2] == 0 then
    for _ = 1, 3 do table.remove(cells, at) end
  end
  if #cells == 0 then redis.call('HDEL', n, field) else redis.call('HSET', n, field, cmsgpack.pack(cells)) end
end
local function add(n, amounts, what, sign)
  for i = 1, #amounts, 2 do
    local place, amount = amounts[i], sign * amounts[i + 1]
    -- only an instant has twelve digits and more
    if amount ~= 0 and not string.find(string.sub(place, -12), '|', 1, true) then
      local key, instant = string.match(place, '^(.*)|(%d+)$')
      add_at(n, key, tonumber(instant), what, amount)
    elseif amount ~= 0 and redis.call('HINCRBY', n, place .. what, amount) <= 0 then
      redis.call('HDEL', n, place .. what)
    end
  end
end
local BEGUN = '0000000000000000'
local function held_in(part)
  if part and string.sub(part, 17, 17) ~= 'S' then return cmsgpack.unpack(string.sub(part, 17)) end
end
local function part_of(expires, amounts) return string.format('%016.0f', expires) .. cmsgpack.pack(amounts) end
local function drop(n, p, id)
  local held = held_in(redis.call('HGET', p, id))
  if held then
    add(n, held, ':h', -1)
    redis.call('HDEL', p, id)
  end
end
local function expire_due(n, p, now)
  local released, due = {}, string.format('%016.0f', now)
  local parts = redis.call('HGETALL', p)
  for i = 1, #parts, 2 do
    local part = parts[i + 1]
    local expires = string.sub(part, 1, 16)
    if expires <= due and expires ~= BEGUN then
      local held = held_in(part)
      if held then
        add(n, held, ':h', -1)
        released[#released + 1] = parts[i]
      end
      redis.call('HDEL', p, parts[i])
    end
  end
  return released
end
"""
)

# A count is {place of its home, key, bucket, span, cap, amount}.
_COUNTS = """
local function amounts_of(counts, home)
  local amounts = {}
  for _, c in ipairs(counts) do
    if c[1] == home then
      amounts[#amounts + 1] = string.format('%s|%.0f', c[2], c[3])
      amounts[#amounts + 1] = c[6]
    end
  end
  return amounts
end
-- the fullest run of buckets that takes in this one, of equals the earliest; got holds settled, held, settled, held …
local function fullest(got, at, c)
  local span, s, h = c[4], 0, 0
  for i = at, at + 2 * span - 2, 2 do
    s = s + (got[i] or 0)
    h = h + (got[i + 1] or 0)
  end
  local best_s, best_h, best_b = s, h, c[3] - span + 1
  for i = at, at + 2 * span - 4, 2 do
    s = s - (got[i] or 0) + (got[i + 2 * span] or 0)
    h = h - (got[i + 1] or 0) + (got[i + 2 * span + 1] or 0)
    if s + h > best_s + best_h then best_s, best_h, best_b = s, h, c[3] - span + 1 + (i - at) / 2 + 1 end
  end
  return best_s, best_h, best_b
end
-- where there are far more buckets than counters: those not too far from the count's own, in order
local function cells_near(n, c)
  local first, last, fields, found = c[3] - c[4] + 1, c[3] + c[4] - 1, {}, {}
  for hour = math.floor(first / HOUR), math.floor(last / HOUR) do fields[#fields + 1] = hour_field(c[2], hour) end
  for _, packed in ipairs(redis.call('HMGET', n, unpack(fields))) do
    local cells = packed and cmsgpack.unpack(packed) or {}
    for i = 1, #cells, 3 do
      if cells[i] >= first and cells[i] <= last then found[#found + 1] = {cells[i], cells[i + 1], cells[i + 2]} end
    end
  end
  table.sort(found, function(a, b) return a[1] < b[1] end)
  return found
end
-- as fullest: a run is tried for each of these counters that comes in at its end
local function fullest_near(n, c)
  local found, span, lasts = cells_near(n, c), c[4], {c[3]}
  for _, cell in ipairs(found) do
    if cell[1] > c[3] then lasts[#lasts + 1] = cell[1] end
  end
  local s, h, from, to, best_s, best_h, best_b = 0, 0, 1, 1, -1, 0, 0
  for _, last in ipairs(lasts) do
    while found[to] and found[to][1] <= last do s, h, to = s + found[to][2], h + found[to][3], to + 1 end
    while found[from] and found[from][1] <= last - span do s, h, from = s - found[from][2], h - found[from][3], from + 1 end
    if s + h > best_s + best_h then best_s, best_h, best_b = s, h, last - span + 1 end
  end
  return best_s, best_h, best_b
end
-- usage of every count, and the places of those that do not fit; first and step find the counters of each home in KEYS
local function usage_of(counts, homes, first, step)
  local usage, full = {}, {}
  for home = 1, homes do
    local n, fields, starts = KEYS[first + step * (home - 1)], {}, {}
    for place, c in ipairs(counts) do
      if c[1] == home and c[3] < INSTANT then
        starts[place] = #fields + 1
        for b = c[3] - c[4] + 1, c[3] + c[4] - 1 do
          local field = c[2] .. '|' .. b
          fields[#fields + 1] = field .. ':s'
          fields[#fields + 1] = field .. ':h'
        end
      end
    end
    local got = #fields > 0 and redis.call('HMGET', n, unpack(fields)) or {}
    for place, c in ipairs(counts) do
      if c[1] == home then
        local s, h, b
        if starts[place] then s, h, b = fullest(got, starts[place], c) else s, h, b = fullest_near(n, c) end
        usage[3 * place - 2], usage[3 * place - 1], usage[3 * place] = s, h, b
      end
    end
  end
  for place, c in ipairs(counts) do
    if usage[3 * place - 2] + usage[3 * place - 1] + c[6] > c[5] then full[#full + 1] = place - 1 end
  end
  return usage, full
end
"""

CLAIM = (
    _COMMON
    + _COUNTS
    + """
-- KEYS: answer, reservation, index, mark, then g for each home whose registers were read, then n, p for each home that counts
-- ARGV: {now, ttl, id, expires, what (reserve, note, full: there is no room elsewhere), main, index, digest, home of
--       the reservation, for each g the entries seen, homes that count, counts, mark, of a claim over more homes that were
--       asked before: usage of all its counts, places in it of those counted here, places of those full}, answer, facts,
--       packed counts
local a = cmsgpack.unpack(ARGV[1])
local now, ttl, id, is_main, seen, homes, counts = a[1], a[2], a[3], a[6], a[10], a[11], a[12]
if a[13] ~= '' and redis.call('GET', KEYS[4]) ~= a[13] then return {'gone'} end
if is_main then
  local earlier = redis.call('HMGET', KEYS[1], 'digest', 'kind', 'full', 'usage', 'answer')
  if earlier[1] then
    if earlier[1] ~= a[8] then return {'key_reused'} end
    return {'repeated', earlier[3], earlier[4], earlier[5], earlier[2]}
  end
end
for i, entries in ipairs(seen) do
  if redis.call('LLEN', KEYS[4 + i]) ~= entries then return {'stale'} end
end
local first = 5 + #seen
for i = first, first + 2 * homes - 1, 2 do
  expire_due(KEYS[i], KEYS[i + 1], now)
  if not is_main then drop(KEYS[i], KEYS[i + 1], id) end -- asked again: its answer was lost on the way
end
local usage, full = usage_of(counts, homes, first, 2)
local kind = a[5] == 'note' and 'noted' or (a[5] == 'full' or #full > 0) and 'full' or 'reserved'
local whole, places, all_full = a[14], a[15], a[16]
if whole then
  for i, place in ipairs(places) do
    for j = 1, 3 do whole[3 * place + j] = usage[3 * i - 3 + j] end
  end
  for _, at in ipairs(full) do all_full[#all_full + 1] = places[at + 1] end
  usage, full = whole, all_full
end
usage, full = cmsgpack.pack(usage), cmsgpack.pack(kind == 'full' and full or {})
if kind == 'reserved' then
  for i = 1, homes do
    local n, p, amounts = KEYS[first + 2 * i - 2], KEYS[first + 2 * i - 1], amounts_of(counts, i)
    add(n, amounts, ':h', 1)
    redis.call('PEXPIRE', n, ttl)
    -- the reservation's own home holds a part even if it is empty: without one the reservation has expired
    redis.call('HSET', p, id, part_of(a[4], amounts))
    redis.call('PEXPIRE', p, ttl)
  end
end
if is_main then
  redis.call('HSET', KEYS[1], 'digest', a[8], 'kind', kind, 'full', full, 'usage', usage, 'answer', ARGV[2], 'at', now)
  redis.call('PEXPIRE', KEYS[1], ttl)
  if kind == 'reserved' then
    redis.call('HSET', KEYS[2], 'state', 'held', 'expires', a[4], 'facts', ARGV[3], 'counts', ARGV[4], 'at', now)
    redis.call('PEXPIRE', KEYS[2], ttl)
    if a[7] then redis.call('SET', KEYS[3], a[9], 'PX', ttl) end
  end
end
return {kind, full, usage}
"""
)
"""Reserves all counts or none; with ``main`` it also keeps the answer, and gives it back to a repetition."""

DROP = (
    _COMMON
    + """
-- KEYS: n, p of one home; ARGV: id.  Takes back a part that was held for a claim which failed elsewhere.
drop(KEYS[1], KEYS[2], ARGV[1])
return 1
"""
)
"""Takes back what was held in one home."""

BEGIN = (
    _COMMON
    + _COUNTS
    + """
-- KEYS: reservation, then n, p for each home; ARGV: {id, main, ttl, homes, counts, now}
local a = cmsgpack.unpack(ARGV[1])
local id, ttl, homes, counts = a[1], a[3], a[4], a[5]
if a[2] then
  local state = redis.call('HGET', KEYS[1], 'state')
  if state ~= 'held' and state ~= 'begun' then return state end
  redis.call('HSET', KEYS[1], 'state', 'begun', 'at', a[6])
  redis.call('PEXPIRE', KEYS[1], ttl)
end
for i = 1, homes do
  local n, p, amounts = KEYS[2 * i], KEYS[1 + 2 * i], amounts_of(counts, i)
  expire_due(n, p, a[6])
  if not redis.call('HGET', p, id) then
    add(n, amounts, ':h', 1)
    redis.call('PEXPIRE', n, ttl)
  end
  redis.call('HSET', p, id, part_of(0, amounts))
  redis.call('PEXPIRE', p, ttl)
end
return 'begun'
"""
)
"""The contact is being made: nothing of it expires any more; what had expired is held anew."""

SETTLE = (
    _COMMON
    + _COUNTS
    + """
-- KEYS: reservation, then n, p for each home, the reservation's own first
-- ARGV: {id, main, digest, state, ttl, now, alone, homes, counts, mark until}, packed counts
-- alone: every home is here, so the reservation's own state tells a repetition and no mark need stay behind
local a = cmsgpack.unpack(ARGV[1])
local id, is_main, digest, ttl, now, is_alone, homes, counts = a[1], a[2], a[3], a[5], a[6], a[7], a[8], a[9]
local kind = 'settled'
if is_main then
  local known = redis.call('HMGET', KEYS[1], 'state', 'settlement')
  if not known[1] then return {'unknown'} end
  if known[1] == 'settled' or known[1] == 'cancelled' then
    if known[2] ~= digest then return {'conflict'} end
    kind = 'repeated'
    if is_alone then return {kind} end
  end
end
for i = 1, homes do
  local n, p, amounts = KEYS[2 * i], KEYS[1 + 2 * i], amounts_of(counts, i)
  expire_due(n, p, now)
  local part = redis.call('HGET', p, id)
  local held = held_in(part)
  if held or not part then
    if held then add(n, held, ':h', -1) elseif i == 1 and kind == 'settled' then kind = 'late' end
    add(n, amounts, ':s', 1)
    if is_alone then redis.call('HDEL', p, id) else redis.call('HSET', p, id, string.format('%016.0fS', a[10])) end
    redis.call('PEXPIRE', n, ttl)
    redis.call('PEXPIRE', p, ttl)
  end
end
if is_main and kind ~= 'repeated' then
  redis.call('HSET', KEYS[1], 'state', a[4], 'settlement', digest, 'counts', ARGV[2], 'at', now)
  redis.call('PEXPIRE', KEYS[1], ttl)
end
local usage = usage_of(counts, homes, 2, 2)
return {kind, cmsgpack.pack(usage)}
"""
)
"""Puts the true amounts in place of the held ones, once."""

EXPIRE = (
    _COMMON
    + """
-- KEYS: n, p of one home; ARGV: now
return expire_due(KEYS[1], KEYS[2], tonumber(ARGV[1]))
"""
)
"""Releases whatever is due in one home; the ids."""

USAGE = (
    _COMMON
    + _COUNTS
    + """
-- KEYS: n, p for each home; ARGV: {now, homes, counts}
local a = cmsgpack.unpack(ARGV[1])
for i = 1, a[2] do expire_due(KEYS[2 * i - 1], KEYS[2 * i], a[1]) end
return cmsgpack.pack((usage_of(a[3], a[2], 1, 2)))
"""
)
"""How much of each count is used."""

NEAR = (
    _COMMON
    + _COUNTS
    + """
-- KEYS: n, p for each home; ARGV: {now, homes, counts}
local a, told = cmsgpack.unpack(ARGV[1]), {}
for i = 1, a[2] do expire_due(KEYS[2 * i - 1], KEYS[2 * i], a[1]) end
for place, c in ipairs(a[3]) do
  local instants = {}
  for _, cell in ipairs(cells_near(KEYS[2 * c[1] - 1], c)) do instants[#instants + 1] = cell[1] end
  told[place] = cmsgpack.pack(instants)
end
return told
"""
)
"""At which instants near each count anything is used."""

ADD = (
    _COMMON
    + _COUNTS
    + """
-- KEYS: n for each home; ARGV: {ttl, counts}
local a = cmsgpack.unpack(ARGV[1])
for i, n in ipairs(KEYS) do
  add(n, amounts_of(a[2], i), ':s', 1)
  redis.call('PEXPIRE', n, a[1])
end
return 1
"""
)
"""Counts contacts that were made without the gate."""
