-- Options after '--': the number of bytes to upload, 0 for a GET. Ends with one line that the benchmark reads.
function init(args)
    local bytes = tonumber(args[1] or "0")
    if bytes > 0 then
        wrk.method = "POST"
        wrk.body = string.rep("x", bytes)
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format("RESULT %d %d %d %.0f %.0f %d %d\n",
        summary.requests, summary.duration, summary.bytes,
        latency:percentile(50), latency:percentile(99),
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
