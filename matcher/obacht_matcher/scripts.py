"""The store's few changes that must happen whole or not at all, as Lua: each reads and writes the one key of the state.

Time is the store's own, so that clocks of several matchers need not agree. A register that is no longer wanted (the one
before, or an upload that was overtaken or given up) is first *retired*: noted with the moment from which its keys may
go. Every script may be sent twice, because an answer can be lost on its way.
"""

from typing import Final

_COMMON: Final = """
local state = KEYS[1]
local function get(field) return redis.call('HGET', state, field) end
local function put(...) redis.call('HSET', state, ...) end
local function after(milliseconds)
  local now = redis.call('TIME')
  return string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000) + milliseconds)
end
local function retire(upload, bits, milliseconds) put('retired:' .. upload, after(milliseconds) .. ' ' .. bits) end
"""

BEGIN: Final = (
    _COMMON
    + """
local upload, bits, lease, delay = unpack(ARGV)
local other = get('upload')
if other and other ~= upload then retire(other, get('upload-bits'), delay) end
put('upload', upload, 'upload-bits', bits, 'upload-until', after(lease))
"""
)
"""Note an upload (its name, b, its lease and the delay for an older one, in ms), overtaking any that is under way."""

PROLONG: Final = (
    _COMMON
    + """
local upload, lease = unpack(ARGV)
if get('upload') ~= upload then return 0 end
put('upload-until', after(lease))
return 1
"""
)
"""Give 1 and a new lease (ms) if the upload is still the one under way, else 0."""

GIVE_UP: Final = (
    _COMMON
    + """
local upload, bits = unpack(ARGV)
local kept = get('kept:' .. string.match(upload, '^(%d+):'))
if kept and string.sub(kept, 1, #upload + 1) == upload .. ' ' then return 0 end
if get('upload') == upload then
  retire(upload, bits, 0)
  redis.call('HDEL', state, 'upload', 'upload-bits', 'upload-until')
end
return 1
"""
)
"""Retire an upload (its name, b), unless it was switched: gives whether its keys may go."""

SWITCH: Final = (
    _COMMON
    + """
local upload, bits, length, sequence, head, signer, digest, grace = unpack(ARGV)
local register = get('register')
if register == upload then return '' end
if get('digest') ~= digest then return 'head' end
local current = get('sequence')
if current and tonumber(current) >= tonumber(sequence) then return 'sequence' end
if get('upload') ~= upload then return 'sequence' end
if register then retire(register, get('bits'), grace) end
put('register', upload, 'bits', bits, 'sequence', sequence, 'head', head, 'signer', signer,
    'kept:' .. sequence, upload .. ' ' .. bits .. ' ' .. length)
redis.call('HDEL', state, 'upload', 'upload-bits', 'upload-until')
return ''
"""
)
"""Put a finished upload in force, unless something overtook it: gives the code of the reason, or nothing."""

RENEW: Final = (
    _COMMON
    + """
local before, head, signer, digest = unpack(ARGV)
if get('head') == head then return '' end
if get('digest') ~= digest then return 'head' end
if get('head') ~= before then return 'sequence' end
put('head', head, 'signer', signer)
return ''
"""
)
"""Put another head in the place of the one that it was checked against."""

DESCRIBE: Final = (
    _COMMON
    + """
local before, digest, note = unpack(ARGV)
local current = get('digest') or ''
if current == digest then return '' end
if current ~= before then return 'descriptor-order' end
put('descriptor', note, 'digest', digest)
return ''
"""
)
"""Put another descriptor in the place of the one that it was checked against (digests, empty for none)."""

DUE: Final = (
    _COMMON
    + """
local now = tonumber(after(0))
local upload = get('upload')
if upload and tonumber(get('upload-until')) < now then
  retire(upload, get('upload-bits'), 0)
  redis.call('HDEL', state, 'upload', 'upload-bits', 'upload-until')
end
local due = {}
for _, field in ipairs(redis.call('HKEYS', state)) do
  local name = string.match(field, '^retired:(.*)$')
  if name then
    local moment, bits = string.match(get(field), '^(%d+) (%d+)$')
    if tonumber(moment) <= now then
      local kept = 'kept:' .. string.match(name, '^(%d+):')
      local value = get(kept)
      if value and string.sub(value, 1, #name + 1) == name .. ' ' then redis.call('HDEL', state, kept) end
      due[#due + 1] = {name, bits}
    end
  end
end
return due
"""
)
"""Give name and b of all whose keys may go; from then on nobody finds them any more."""
