namespace Weir.Diagnosis.Causes;

/// <summary>
/// How well the times of one node's connections to one target go with each of three stories: the target is spoken no TLS to, and
/// refused connections; it is spoken TLS to, and refused them before that; TLS failed. Nats; a plain value.
/// </summary>
/// <remarks>
/// A connection is refused after one round trip, and a TLS handshake has failed after two and some arithmetic; no log has the
/// <see cref="RoundTrip"/>. But the connections that came about took as long as a failed handshake where there is TLS, and as long as
/// a refusal where there is none: the requests that waited for them tell.
/// </remarks>
internal readonly record struct ConnectTimes(double Refused, double RefusedBeforeTls, double Failed)
{
    /// <summary>So many times are told apart, 1 ms each.</summary>
    public const int Places = 64;

    // A lost packet, or a busy moment: any time.
    private const double StrayShare = 0.02;

    // Where nobody ever answered, the round trip is anything up to this.
    private const double FarthestMilliseconds = 50;

    private const int Steps = 20;

    // They share one round trip, and much else: more than so many say no more.
    private const double MostConnections = 8;

    // Where nobody ever answered, refusals from far and failures of TLS from near look alike: the times say hardly anything.
    private const double MostWithoutAnswers = 1;

    // Requests on a connection that was there already: each further millisecond is so much rarer; and any time at all.
    private const double ReusedRatio = 0.15, ReusedStray = 1e-4;

    // The share of requests that waited for a connection is learned from all, in so many steps.
    private const int ShareSteps = 6;

    // How much of the round trip packets are late by: no log tells, so all of these are tried.
    private static readonly double[] _jitters = [0.03, 0.12, 0.4];

    private static readonly double[] _reused =
        [.. Enumerable.Range(0, Places).Select(static i => ((1 - ReusedRatio) * Math.Pow(ReusedRatio, i)) + ReusedStray)];

    /// <param name="nodes">So many nodes have errors of this target.</param>
    public static ConnectTimes Weigh(ConnectSample sample, int nodes)
    {
        (int Milliseconds, int Count)[] failed = Sparse(sample.Failed), sent = Sparse(sample.Sent);
        var all = (Refused: new LogSum(), RefusedBeforeTls: new LogSum(), Failed: new LogSum());
        double weighty = (sample.FastestMilliseconds is null ? MostWithoutAnswers : MostConnections) / nodes;
        double most = (sample.FastestMilliseconds ?? FarthestMilliseconds) + 0.5, peak = failed.MaxBy(static time => time.Count).Milliseconds;
        foreach (double jitter in _jitters)
        {
            foreach ((double roundTrip, double share) in RoundTrips(most, peak, nodes, isTls: false))
            {
                double refused = share + FailedNats(failed, ConnectWay.Tcp(roundTrip, jitter), weighty);
                all.Refused.Add(refused + MadeNats(sent, ConnectWay.Tcp(roundTrip, jitter), weighty));
                all.RefusedBeforeTls.Add(refused + MadeNats(sent, ConnectWay.Tls(roundTrip, jitter), weighty));
            }

            foreach ((double roundTrip, double share) in RoundTrips(most, peak, nodes, isTls: true))
            {
                ConnectWay way = ConnectWay.Tls(roundTrip, jitter);
                all.Failed.Add(share + FailedNats(failed, way, weighty) + MadeNats(sent, way, weighty));
            }
        }

        return new ConnectTimes(all.Refused.Value, all.RefusedBeforeTls.Value, all.Failed.Value);
    }

    // Those by which most of the errors are where they are, more or less, and how likely each is: far and near alike, and the
    // nodes' are no independent guesses.
    private static IEnumerable<(double RoundTrip, double Nats)> RoundTrips(double most, double peak, int nodes, bool isTls)
    {
        double low = Math.Clamp(ConnectWay.RoundTripOf(peak - 1.5 - (0.15 * peak), isTls), RoundTrip.Nearest, most);
        double high = Math.Clamp(ConnectWay.RoundTripOf(peak + 1 + (0.05 * peak), isTls), low, most);
        double width = Math.Max(high - low, RoundTrip.Nearest) / Steps;
        for (int step = 0; step < Steps; step++)
        {
            double roundTrip = low + ((high - low) * (step + 0.5) / Steps);
            yield return (roundTrip, Math.Log(width / roundTrip / Math.Log(most / RoundTrip.Nearest)) / nodes);
        }
    }

    private static double FailedNats((int Milliseconds, int Count)[] errors, in ConnectWay way, double weighty)
    {
        double all = 0, total = 0;
        foreach ((int milliseconds, int count) in errors)
        {
            total += count;
            all += count * Math.Log(WithStrays(milliseconds, way));
        }

        return all * Math.Min(1, weighty / total);
    }

    // By how much it explains the requests' times better that some of them waited for a connection of this kind; how many did, the
    // times tell themselves.
    private static double MadeNats((int Milliseconds, int Count)[] sent, in ConnectWay way, double weighty)
    {
        if (sent.Length == 0)
        {
            return 0;
        }

        Span<double> ratio = stackalloc double[sent.Length];
        double total = 0, share = 0.1;
        for (int i = 0; i < sent.Length; i++)
        {
            total += sent[i].Count;
            ratio[i] = WithStrays(sent[i].Milliseconds, way) / _reused[sent[i].Milliseconds];
        }

        for (int step = 0; step < ShareSteps; step++)
        {
            double waited = 0;
            for (int i = 0; i < sent.Length; i++)
            {
                double one = share * ratio[i];
                waited += sent[i].Count * one / (one + (1 - share));
            }

            share = (waited + 0.1) / (total + 1);
        }

        double nats = 0;
        for (int i = 0; i < sent.Length; i++)
        {
            nats += sent[i].Count * Math.Log(1 - share + (share * ratio[i]));
        }

        return nats * Math.Min(1, weighty / (share * total));
    }

    private static double WithStrays(int milliseconds, in ConnectWay way) => ((1 - StrayShare) * way.Density(milliseconds)) + (StrayShare / Places);

    private static (int Milliseconds, int Count)[] Sparse(int[] counts) => [.. counts.Index().Where(static place => place.Item > 0)];

    /// <summary>The logarithm of a sum of exponentials. A mutable value.</summary>
    private struct LogSum()
    {
        private double _greatest = double.NegativeInfinity, _sum = 0;

        public readonly double Value => _greatest + Math.Log(_sum);

        public void Add(double nats)
        {
            if (nats > _greatest)
            {
                _sum *= Math.Exp(_greatest - nats);
                _greatest = nats;
            }

            _sum += double.IsNegativeInfinity(nats) ? 0 : Math.Exp(nats - _greatest);
        }
    }
}
