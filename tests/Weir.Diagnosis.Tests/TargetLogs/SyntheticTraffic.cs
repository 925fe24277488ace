using System.Globalization;
using Weir.Diagnosis.TargetLogs;

namespace Weir.Diagnosis.Tests.TargetLogs;

/// <summary>Requests as a balancer logs them, and the same as their target logs them by its own clock.</summary>
internal sealed class SyntheticTraffic(int seed)
{
    private static readonly DateTimeOffset _begin = new(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(seed);

    public List<SyntheticRequest> Requests { get; } = [];

    /// <summary>Requests at random times, with their paths drawn evenly; some of them errors, of which some never reached their handler.</summary>
    public SyntheticTraffic Add(int count, TimeSpan period, int paths, double errorShare = 0, double unloggedShare = 0, int target = 0)
    {
        for (var index = 0; index < count; index++)
        {
            var isError = _random.NextDouble() < errorShare;
            Requests.Add(new SyntheticRequest
            {
                Dispatched = _begin + (period * _random.NextDouble()),
                Duration = TimeSpan.FromMilliseconds(1 + (-40 * Math.Log(1 - _random.NextDouble()))),
                Path = $"/p{_random.Next(paths)}",
                TraceId = $"1-6a13b7c2-{_random.Next():x8}{_random.Next():x8}{_random.Next():x8}",
                IsError = isError,
                IsLogged = !isError || _random.NextDouble() >= unloggedShare,
                Target = target,
            });
        }

        Requests.Sort(static (left, right) => left.Dispatched.CompareTo(right.Dispatched));
        return this;
    }

    public SyntheticRequest Add(double atSeconds, string path, bool isError = false, bool isLogged = true, int target = 0)
    {
        var request = new SyntheticRequest
        {
            Dispatched = _begin.AddSeconds(atSeconds),
            Duration = TimeSpan.FromMilliseconds(20),
            Path = path,
            TraceId = $"1-6a13b7c2-{_random.Next():x8}{_random.Next():x8}{_random.Next():x8}",
            IsError = isError,
            IsLogged = isLogged,
            Target = target,
        };
        Requests.Add(request);
        return request;
    }

    /// <summary>The lines of those that were logged, by a clock that is ahead by the offset and by the drift more in each hour.</summary>
    public IEnumerable<string> Lines(Func<HandledRequest, string> form, TimeSpan offset, double driftSecondsPerHour = 0) =>
        from request in Requests
        where request.IsLogged
        let clock = offset + TimeSpan.FromSeconds((request.Dispatched - _begin).TotalHours * driftSecondsPerHour)
        // The way to the target takes half a millisecond.
        select form(new HandledRequest(request, request.Dispatched + clock + TimeSpan.FromMilliseconds(0.5)));

    public TargetLogJoin Join(Func<SyntheticRequest, bool>? isInSample = null)
    {
        var join = new TargetLogJoin(new TargetLogOptions());
        foreach (var request in Requests.OrderBy(static request => request.Dispatched))
        {
            if (request.IsError)
            {
                join.AddError(request.Logged());
            }
            else if (isInSample?.Invoke(request) ?? true)
            {
                join.AddGood(request.Logged());
            }
        }

        return join;
    }

    // Apache's form with its time of the start, to the second.
    public static string Combined(HandledRequest handled) => string.Create(
        CultureInfo.InvariantCulture,
        $"10.0.9.9 - - [{handled.Start:dd/MMM/yyyy:HH:mm:ss} +0000] \"GET {handled.Request.Path} HTTP/1.1\" 200 5 \"-\" \"curl\"");

    public static string Nginx(HandledRequest handled) => string.Create(
        CultureInfo.InvariantCulture,
        $"10.0.9.9 - - [{handled.End:dd/MMM/yyyy:HH:mm:ss} +0000] \"GET {handled.Request.Path} HTTP/1.1\" 200 5 \"-\" \"curl\" {handled.Request.Duration.TotalSeconds:0.000}");

    public static string Pino(HandledRequest handled) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"time":{{{handled.End.ToUnixTimeMilliseconds()}}},"req":{"method":"GET","url":"{{{handled.Request.Path}}}"},"res":{"statusCode":200},"responseTime":{{{handled.Request.Duration.TotalMilliseconds:0}}}}""");

    public static string Traced(HandledRequest handled) =>
        Combined(handled) + $" \"Root={handled.Request.TraceId}\"";

    public static string Uvicorn(HandledRequest handled) =>
        $"INFO:     10.0.9.9:4711 - \"GET {handled.Request.Path} HTTP/1.1\" 200 OK";
}
