using Weir.Http.Http2;

namespace Weir.Balancer;

/// <summary>
/// The counters of one loop: written by its thread only, read by any (a 64-bit read is whole, and a sum over loops may
/// be a few events behind, never wrong).
/// </summary>
public sealed class LoopCounters
{
    private static readonly int _counters = Enum.GetValues<Counter>().Length;
    private static readonly int _reasons = Enum.GetValues<FailureReason>().Length;
    private static readonly int _faults = Enum.GetValues<Http2Fault>().Length;

    private readonly long[] _values = new long[_counters];
    private readonly long[] _failures = new long[_reasons];
    private readonly long[] _http2Faults = new long[_faults];
    private readonly long[] _http2FaultsOfTargets = new long[_faults];

    public long this[Counter counter] => Volatile.Read(ref _values[(int)counter]);

    public long this[FailureReason reason] => Volatile.Read(ref _failures[(int)reason]);

    public long this[Http2Fault fault] => Volatile.Read(ref _http2Faults[(int)fault]);

    /// <summary>The same of targets.</summary>
    public long OfTargets(Http2Fault fault) => Volatile.Read(ref _http2FaultsOfTargets[(int)fault]);

    internal void Add(Counter counter, long amount = 1) => _values[(int)counter] += amount;

    internal void Set(Counter counter, long value) => _values[(int)counter] = value;

    internal void Add(FailureReason reason) => _failures[(int)reason]++;

    internal void Add(Http2Fault fault) => _http2Faults[(int)fault]++;

    internal void AddOfTarget(Http2Fault fault) => _http2FaultsOfTargets[(int)fault]++;

    /// <summary>Counts a response that the balancer made itself.</summary>
    internal void AddElbCode(int statusCode)
    {
        Add(statusCode >= 500 ? Counter.ElbCode5xx : Counter.ElbCode4xx);
        switch (statusCode)
        {
            case 500:
                Add(Counter.ElbCode500);
                break;
            case 502:
                Add(Counter.ElbCode502);
                break;
            case 503:
                Add(Counter.ElbCode503);
                break;
            case 504:
                Add(Counter.ElbCode504);
                break;
        }
    }

    internal void AddTargetCode(int statusCode) => Add(statusCode switch
    {
        >= 500 => Counter.TargetCode5xx,
        >= 400 => Counter.TargetCode4xx,
        >= 300 => Counter.TargetCode3xx,
        >= 200 => Counter.TargetCode2xx,
        _ => Counter.TargetCode1xx,
    });
}
