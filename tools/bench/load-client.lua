-- What wrk asks: the requests of a file, in turn. Prints what came of them as one line of JSON.
-- The file has one path a line; the arguments are its name, the method, the body, and names and values of headers.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local headers = {}
  for index = 4, #args, 2 do
    headers[args[index]] = args[index + 1]
  end
  local body = args[3]
  if body == "" then body = nil end
  requests = {}
  for path in io.lines(args[1]) do
    table.insert(requests, wrk.format(args[2], path, headers, body))
  end
  place, answers, hits, failures = 0, 0, 0, 0
end

function request()
  place = place % #requests + 1
  return requests[place]
end

function response(status, headers)
  if status >= 200 and status < 300 then
    answers = answers + 1
    if headers["x-cache"] == "HIT" then hits = hits + 1 end
  else
    failures = failures + 1
  end
end

function done(summary, latency)
  local sum = { answers = 0, hits = 0, failures = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(sum) do
      sum[name] = sum[name] + thread:get(name)
    end
  end
  local errors = summary.errors
  io.write(string.format(
    '\n{"answers":%d,"hits":%d,"failures":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f}\n',
    sum.answers,
    sum.hits,
    sum.failures + errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6,
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3
  ))
end
