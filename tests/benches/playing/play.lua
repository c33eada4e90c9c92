-- For wrk: sends each request of a file once and ends. Arguments: the file, how many connections there are.
-- The file has, for each request, a line with its length and then its bytes.

local ffi = require("ffi")
ffi.cdef[[
int getpid(void);
int kill(int, int);
struct moment { long seconds; long nanoseconds; };
int clock_gettime(int, struct moment *);
]]
local MONOTONIC, SIGINT = 1, 2

local requests, sent, idle, connections = {}, 0, 0, 0
local begun, ended

local function now()
  local moment = ffi.new("struct moment")
  ffi.C.clock_gettime(MONOTONIC, moment)
  return tonumber(moment.seconds) * 1000000 + tonumber(moment.nanoseconds) / 1000
end

function init(arguments)
  connections = tonumber(arguments[2])
  local file = assert(io.open(arguments[1], "rb"))
  for length in file:lines() do
    requests[#requests + 1] = file:read(tonumber(length))
  end
  file:close()
  -- wrk asks for one request to look at before it begins; that one is not sent.
  sent = -1
end

function request()
  sent = sent + 1
  if sent == 0 then return requests[1] end
  if sent == 1 then begun = now() end
  if sent <= #requests then return requests[sent] end
  -- A connection asks for its next request once its last one is answered: here it stays silent.
  idle = idle + 1
  if idle == connections then
    ended = now()
    io.write("microseconds ", string.format("%.0f", ended - begun), "\n")
    -- wrk sleeps until its duration is over, or until it is interrupted; then it sums up.
    wrk.thread:stop()
    ffi.C.kill(ffi.C.getpid(), SIGINT)
  end
  return ""
end

function done(summary)
  local errors = summary.errors
  io.write("answers ", summary.requests, "\n")
  io.write("refused ", errors.status, "\n")
  io.write("broken ", errors.connect + errors.read + errors.write + errors.timeout, "\n")
end
