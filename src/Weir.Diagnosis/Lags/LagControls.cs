using System.Diagnostics;

namespace Weir.Diagnosis.Lags;

/// <summary>
/// How often ordinary requests of one target group have each lag: what an error's lags are held against, so that a client
/// that asks every five seconds is no race. Kept apart by how busy the pool was. Owned by its group.
/// </summary>
internal sealed class LagControls(LagMemory memory, int bins)
{
    // By the number of answers in the window, in powers of two.
    private const int Strata = 18;

    // Each request pays for so many lags of a sampled one, so that busy pools cost no more than quiet ones.
    private const int LagsPerRequest = 2;

    // Sums of lags are 32 bits: one request adds some thousands, and a sample so large has said all that it can.
    private const int MaxSampledLags = int.MaxValue - 1_000_000;

    private readonly int[]?[] _counts = new int[Strata][];
    private readonly LagExpectation?[] _expectations = new LagExpectation?[Strata];
    private readonly int[] _requests = new int[Strata];
    private readonly int[] _home = [.. Enumerable.Repeat(-1, Strata)];
    private int _credit;
    private int _sampledLags;

    public int Bins => bins;

    public static int StratumOf(int answersInWindow) =>
        Math.Min(System.Numerics.BitOperations.Log2((uint)answersInWindow + 1), Strata - 1);

    /// <summary>Whether this request is to be sampled.</summary>
    public bool Wants(int answersInWindow)
    {
        _credit += LagsPerRequest;
        if (_credit < answersInWindow + 1 || _sampledLags > MaxSampledLags)
        {
            return false;
        }

        _credit = 0;
        return true;
    }

    public void Add(ReadOnlySpan<uint> lagTicks)
    {
        int stratum = HomeOf(StratumOf(lagTicks.Length));
        if (stratum < 0)
        {
            return;
        }

        Debug.Assert(_expectations[stratum] is null, "all is added before anything is asked");
        _requests[stratum]++;
        _sampledLags += lagTicks.Length;
        int[] counts = _counts[stratum]!;
        foreach (uint lag in lagTicks)
        {
            int bin = LagScale.BinOf(lag);
            if (bin < counts.Length)
            {
                counts[bin]++;
            }
        }
    }

    /// <summary>
    /// The expected number of lags in each bin, for a request in such a stratum; null where nothing is known. Nothing can be
    /// added after this.
    /// </summary>
    public LagExpectation? Expectation(int stratum)
    {
        int home = _home[stratum] >= 0 ? _home[stratum] : Nearest(stratum);
        return home < 0 ? null : _expectations[home] ??= new LagExpectation(_counts[home]!, _requests[home]);
    }

    /// <summary>How many requests with such a lag there were in the sample. Nothing can be added after this.</summary>
    public (long Lags, long Requests) InBins(int from, int to)
    {
        long lags = 0, requests = 0;
        for (int stratum = 0; stratum < Strata; stratum++)
        {
            requests += _requests[stratum];
            lags += _counts[stratum] is null ? 0 : Expectation(stratum)!.CountIn(from, to);
        }

        return (lags, requests);
    }

    private int HomeOf(int stratum)
    {
        if (_home[stratum] < 0)
        {
            if (memory.TryHistogram(bins))
            {
                _counts[stratum] = new int[bins];
                _home[stratum] = stratum;
            }
            else
            {
                _home[stratum] = Nearest(stratum);
            }
        }

        return _home[stratum];
    }

    private int Nearest(int stratum)
    {
        for (int distance = 0; distance < Strata; distance++)
        {
            if (stratum - distance >= 0 && _counts[stratum - distance] is not null)
            {
                return stratum - distance;
            }

            if (stratum + distance < Strata && _counts[stratum + distance] is not null)
            {
                return stratum + distance;
            }
        }

        return -1;
    }
}
