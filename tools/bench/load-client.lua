-- What wrk asks, and what came of it as one line of JSON.
--
-- Arguments: a file of requests, one a line, which is a path and the bearer token to ask with, if any; the method; the body;
-- the path to POST to after each answer, or nothing; a name for this run; names and values of headers.
-- `{number}` in the body is what no other request has, in any run. `{document_id}` in the path is from the answer before.
-- With such a path, both requests together are one answer, and wrk has to have a thread for each connection.

local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds, nanoseconds; } timespec_t; int clock_gettime(int clock, timespec_t *time);")
-- CLOCK_MONOTONIC of Linux.
local monotonic, time = 1, ffi.new("timespec_t")

local threads = {}

local function now()
  ffi.C.clock_gettime(monotonic, time)
  return tonumber(time.seconds) * 1e6 + tonumber(time.nanoseconds) / 1e3
end

local function withAuthorization(headers, token)
  local all = {}
  for name, value in pairs(headers) do all[name] = value end
  if token ~= "" then all["authorization"] = "Bearer " .. token end
  return all
end

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init(args)
  local file
  file, method, body, following, run = args[1], args[2], args[3], args[4], args[5]
  local headers = {}
  for index = 6, #args, 2 do
    headers[args[index]] = args[index + 1]
  end
  isNumbered = body:find("{number}", 1, true) ~= nil
  requests = {}
  for line in io.lines(file) do
    local path, token = line:match("^(%S+) ?(%S*)$")
    local request = { path = path, token = token, headers = withAuthorization(headers, token) }
    if not isNumbered then request.text = wrk.format(method, path, request.headers, body ~= "" and body or nil) end
    table.insert(requests, request)
  end
  -- Threads begin at different places, so that those of different users are asked for at once.
  place, count = number - 1, 0
  answers, hits, failures, failure, durations = 0, 0, 0, "", {}
end

function request()
  if followUp then return followUp end
  place = place % #requests + 1
  asked = requests[place]
  startedAt = now()
  if not isNumbered then return asked.text end
  count = count + 1
  local text = body:gsub("{number}", string.format("%s-%d-%d", run, number, count))
  return wrk.format(method, asked.path, asked.headers, text)
end

function response(status, headers, text)
  local isFollowing = followUp ~= nil
  followUp = nil
  -- 202 is of a review that was not waited for to its end.
  if status < 200 or status > 201 or text:find('"status":"failed"', 1, true) then
    failures = failures + 1
    if failure == "" then failure = status .. " " .. text:sub(1, 300):gsub("%c", " ") end
  elseif following ~= "" and not isFollowing then
    local path = following:gsub("{document_id}", text:match('"document_id":"([^"]+)"'))
    followUp = wrk.format("POST", path, withAuthorization({}, asked.token))
  else
    answers = answers + 1
    if headers["x-cache"] == "HIT" then hits = hits + 1 end
    if isFollowing then durations[answers] = now() - startedAt end
  end
end

function done(summary, latency)
  local sum = { answers = 0, hits = 0, failures = 0 }
  local failure, flows = "", {}
  for _, thread in ipairs(threads) do
    for name in pairs(sum) do
      sum[name] = sum[name] + thread:get(name)
    end
    if failure == "" then failure = thread:get("failure") end
    for _, duration in pairs(thread:get("durations")) do
      table.insert(flows, duration)
    end
  end
  table.sort(flows)
  local function percentile(share)
    if #flows > 0 then return flows[math.ceil(#flows * share / 100)] end
    return latency:percentile(share)
  end
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  if failure == "" and broken > 0 then failure = "no answer" end
  io.write(string.format(
    '\n{"answers":%d,"hits":%d,"failures":%d,"failure":%q,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f}\n',
    sum.answers,
    sum.hits,
    sum.failures + broken,
    failure,
    summary.duration / 1e6,
    percentile(50) / 1e3,
    percentile(99) / 1e3
  ))
end
