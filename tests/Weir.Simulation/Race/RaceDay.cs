using System.Globalization;
using Weir.Reactor;

namespace Weir.Simulation.Race;

/// <summary>One virtual day as its seed wants it: the target's temper, the mode, the latencies, and how much traffic each hour has.</summary>
internal sealed class RaceDay
{
    private const int Hours = 24;
    private const int HoursWithPlant = 8;
    private const double SecondsPerHour = 3_600;

    // What the formula leaves out, relative to what it gives. Stated and explained in docs/race.md.
    private const double FormulaError = 0.03;

    // A day in so many thousand is further from its expectation than this.
    private const double AllowedSigmas = 4;

    private static readonly int _styles = Enum.GetValues<RaceTargetStyle>().Length;

    private readonly double[] _requestsPerSecond = new double[Hours];

    public RaceDay(ulong seed, RacePlant plant)
    {
        var random = new LoopRandom(seed ^ 0x7261_6365);
        // Seeds in a row go through all tempers, first observed and then protected.
        int turn = (int)((seed + (ulong)(2 * _styles) - 1) % (ulong)(2 * _styles));
        Style = (RaceTargetStyle)(turn % _styles);
        Protects = turn >= _styles;
        Plant = plant;
        LatencyMicros = 15_000 + random.Next(25_000);
        JitterMicros = random.Next(10_000);
        MeanHandlingMicros = 1_000 + random.Next(30_000);
        HandlesThenClosesMicros = 20_000 + random.Next(60_000);

        // A night with a quarter of a request in each of the target's idle times, a noon with two and a half: where the race lives.
        double closesSeconds = (ClosesFrom + ClosesUntil).TotalSeconds / 2;
        double swing = 0.3 + (0.6 * random.NextDouble());
        for (int hour = 0; hour < Hours; hour++)
        {
            double tide = 1 - (swing * Math.Cos(2 * Math.PI * hour / Hours));
            _requestsPerSecond[hour] = 1.25 * tide / closesSeconds;
        }
    }

    /// <summary>A planted fault shows within hours; only a wrong rate takes the whole day.</summary>
    public TimeSpan Length => TimeSpan.FromHours(Plant is RacePlant.None or RacePlant.Rate ? Hours : HoursWithPlant);

    public RaceTargetStyle Style { get; }

    public bool Protects { get; }

    public RacePlant Plant { get; }

    /// <summary>One way between balancer and target, without jitter.</summary>
    public int LatencyMicros { get; }

    /// <summary>At the most, for each packet.</summary>
    public int JitterMicros { get; }

    /// <summary>How long a target handles a request, on average; drawn for each from an exponential distribution.</summary>
    public int MeanHandlingMicros { get; }

    /// <summary>The same of <see cref="RaceTargetStyle.HandlesThenCloses"/>, always as long: its window depends on it.</summary>
    public int HandlesThenClosesMicros { get; }

    public TimeSpan ClosesFrom => TimeSpan.FromMilliseconds(Style switch
    {
        RaceTargetStyle.Apache => 5_000,
        RaceTargetStyle.Gunicorn => 2_000,
        RaceTargetStyle.Resetting => 4_000,
        _ => 6_000,
    });

    public TimeSpan ClosesUntil => Style == RaceTargetStyle.Gunicorn ? TimeSpan.FromMilliseconds(3_000) : ClosesFrom;

    /// <summary>What it says in <c>Keep-Alive: timeout=</c>; 0: nothing.</summary>
    public int AdvertisedSeconds => Style is RaceTargetStyle.Node or RaceTargetStyle.HandlesThenCloses ? 5 : 0;

    /// <summary>The longest that a race can last: from a dispatch to the FIN of a close that it met, or the other way round.</summary>
    public long LongestWindowMicros =>
        LatencyMicros + JitterMicros + (Style == RaceTargetStyle.HandlesThenCloses ? HandlesThenClosesMicros : 0) + ClockMicros;

    /// <summary>How far a loop's milliseconds and its turns may be off.</summary>
    public const long ClockMicros = 2_000;

    public double RequestsPerSecondAt(TimeSpan time) => _requestsPerSecond[Math.Min((int)time.TotalHours, Hours - 1)];

    /// <summary>Races that the formula expects on this day in observe.</summary>
    public double ExpectedRaces()
    {
        double sum = 0;
        foreach (double rate in _requestsPerSecond)
        {
            sum += RaceRate.PerRequest(ConditionsAt(rate)) * rate * SecondsPerHour;
        }

        return sum;
    }

    /// <summary>How far the count may be from it: four standard deviations of a count of rare events, and the formula's own error.</summary>
    public static double Tolerance(double expected) => (AllowedSigmas * Math.Sqrt(expected)) + (FormulaError * expected);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Style} {(Protects ? "protect" : "observe")}, one way {LatencyMicros / 1000.0:F1}–{(LatencyMicros + JitterMicros) / 1000.0:F1} ms");

    private RaceConditions ConditionsAt(double requestsPerSecond)
    {
        double tripMicros = (2 * LatencyMicros) + JitterMicros;
        double handlingMicros = Style == RaceTargetStyle.HandlesThenCloses ? HandlesThenClosesMicros : MeanHandlingMicros;
        double windowMicros = tripMicros + (Style == RaceTargetStyle.HandlesThenCloses ? handlingMicros : 0);
        return new RaceConditions
        {
            RequestsPerSecond = requestsPerSecond,
            ServiceTime = TimeSpan.FromMicroseconds(tripMicros + handlingMicros),
            ClosesFrom = ClosesFrom,
            ClosesUntil = ClosesUntil,
            Window = TimeSpan.FromMicroseconds(Plant == RacePlant.Rate ? windowMicros / 2 : windowMicros),
            BalancerIdleTimeout = TimeSpan.FromSeconds(60),
        };
    }
}
