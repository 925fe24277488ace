namespace Weir.Diagnosis.Logs;

/// <summary>
/// Lets so many details of good requests pass that all of them fit in <see cref="LogPipelineLimits.SampledRequests"/>: all,
/// until half of the room is taken, then one in two until half of the rest is, and so on. Used on one thread.
/// </summary>
internal sealed class SampleThinning(int room = LogPipelineLimits.SampledRequests)
{
    private int _passed;
    private int _sinceLast;
    private int _stride = 1;
    private int _nextThinning = room / 2;

    public bool Pass()
    {
        if (_passed == room || ++_sinceLast < _stride)
            return false;

        _sinceLast = 0;
        if (++_passed == _nextThinning)
        {
            _stride *= 2;
            _nextThinning += Math.Max((room - _passed) / 2, 1);
        }

        return true;
    }
}
