using System.Globalization;
using Weir.Diagnosis;
using Weir.Reactor;

namespace Weir.Simulation.Race;

/// <summary>One virtual day as its seed wants it: the target's temper, the mode, the latencies, and how much traffic each hour has.</summary>
internal sealed class RaceDay
{
    private const int Hours = 24;
    private const int HoursWithPlant = 8;
    private const double SecondsPerHour = 3_600;

    // How far a loop's milliseconds and its turns may be off.
    private const long ClockMicros = 2_000;

    // Of the simulated sockets.
    private const int WindowBytes = 64 * 1024;

    private const double RequestsPerCloseTime = 0.9;

    private static readonly int _styles = Enum.GetValues<RaceTargetStyle>().Length;

    private readonly double[] _requestsPerSecond = new double[Hours];

    public RaceDay(ulong seed, RacePlant plant)
    {
        var random = new LoopRandom(seed ^ 0x7261_6365);
        // Seeds in a row go through all tempers: observed, then protected, then protected from a poller.
        int turn = (int)((seed + (ulong)(3 * _styles) - 1) % (ulong)(3 * _styles));
        Style = (RaceTargetStyle)(turn % _styles);
        Protects = turn >= _styles;
        IsPolled = turn >= 2 * _styles;
        Plant = plant;
        LatencyMicros = 15_000 + random.Next(25_000);
        JitterMicros = random.Next(10_000);
        MeanHandlingMicros = 1_000 + random.Next(30_000);
        RunOnMicros = 20_000 + random.Next(60_000);

        // About one request in each of the target's idle times, fewer at night, more at noon: where the race lives.
        double closesSeconds = (ClosesFrom + ClosesUntil).TotalSeconds / 2;
        double swing = 0.3 + (0.6 * random.NextDouble());
        for (int hour = 0; hour < Hours; hour++)
        {
            double tide = 1 - (swing * Math.Cos(2 * Math.PI * hour / Hours));
            _requestsPerSecond[hour] = RequestsPerCloseTime * tide / closesSeconds;
        }
    }

    /// <summary>A planted fault shows within hours; only a wrong rate takes the whole day.</summary>
    public TimeSpan Length => TimeSpan.FromHours(IsWhole ? Hours : HoursWithPlant);

    /// <summary>Races are counted on whole days.</summary>
    public bool IsWhole => Plant is RacePlant.None or RacePlant.Rate;

    public RaceTargetStyle Style { get; }

    public bool Protects { get; }

    /// <summary>
    /// Requests come one after another at an even interval, just within the window. Nothing is known of when targets close but by
    /// what such requests meet: hints are switched off.
    /// </summary>
    public bool IsPolled { get; }

    /// <summary>The balancer is to believe what targets say.</summary>
    public bool LearnsFromHints => !IsPolled;

    public RacePlant Plant { get; }

    /// <summary>One way between balancer and target, without jitter.</summary>
    public int LatencyMicros { get; }

    /// <summary>At the most, for each packet.</summary>
    public int JitterMicros { get; }

    /// <summary>There and back at the most.</summary>
    public int LongestTripMicros => 2 * (LatencyMicros + JitterMicros);

    /// <summary>How long a target handles a request, on average; drawn for each from an exponential distribution.</summary>
    public int MeanHandlingMicros { get; }

    /// <summary>The same where the timer runs on, always as long: the window depends on it.</summary>
    public int RunOnMicros { get; }

    /// <summary>The target's timer runs on while it handles a request.</summary>
    public bool TimerRunsOn => Style is RaceTargetStyle.HandlesThenCloses or RaceTargetStyle.Erratic;

    /// <summary>After some closes it is known when they come.</summary>
    public bool IsLearnable => Style != RaceTargetStyle.Erratic;

    public TimeSpan ClosesFrom => TimeSpan.FromMilliseconds(Style switch
    {
        RaceTargetStyle.Apache => 5_000,
        RaceTargetStyle.Gunicorn => 2_000,
        RaceTargetStyle.Resetting => 4_000,
        RaceTargetStyle.Erratic => 500,
        _ => 6_000,
    });

    public TimeSpan ClosesUntil => Style switch
    {
        RaceTargetStyle.Gunicorn => TimeSpan.FromMilliseconds(3_000),
        RaceTargetStyle.Erratic => TimeSpan.FromMilliseconds(10_000),
        _ => ClosesFrom,
    };

    /// <summary>
    /// How many closes, each at an instant of its own, may come to pass until the balancer knows when the next one will: two that
    /// agree within a tenth and 100 ms, and the one whose FIN is still on its way.
    /// </summary>
    // Of four closes from 2.0 to 3.0 s no two need agree: 2.00, 2.31, 2.65, 2.99.
    public int TeachingCloses => Style == RaceTargetStyle.Gunicorn ? 6 : 3;

    /// <summary>What it says in <c>Keep-Alive: timeout=</c>; 0: nothing.</summary>
    public int AdvertisedSeconds => Style is RaceTargetStyle.Node or RaceTargetStyle.HandlesThenCloses ? 5 : 0;

    /// <summary>The longest that a race can last: from a dispatch to the close that it met, or the other way round.</summary>
    public long LongestWindowMicros(int bodyBytes)
    {
        // Where the timer runs on, it also does while a body comes that the target's window does not take at once.
        long trips = TimerRunsOn ? 1 + (2 * (bodyBytes / WindowBytes)) : 1;
        return (trips * (LatencyMicros + JitterMicros)) + (TimerRunsOn ? RunOnMicros : 0) + ClockMicros;
    }

    public double RequestsPerSecondAt(TimeSpan time) => _requestsPerSecond[Math.Min((int)time.TotalHours, Hours - 1)];

    /// <summary>From one request to the next of a poller: it comes when the close is on its way.</summary>
    public TimeSpan PollInterval => ClosesUntil + TimeSpan.FromMicroseconds(MeanHandlingMicros + LatencyMicros + (JitterMicros / 2));

    /// <summary>Races that the formula expects on this day in observe.</summary>
    public double ExpectedRaces() => Expected((2 * LatencyMicros) + JitterMicros + (TimerRunsOn ? RunOnMicros : 0));

    /// <summary>Races that can be known of in protect: of a connection that was not used again, the round trip is what tells.</summary>
    public double ExpectedNearMisses() => Expected(2 * LatencyMicros);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Style} {(Protects ? "protect" : "observe")}{(IsPolled ? ", polled without hints" : "")}, one way {LatencyMicros / 1000.0:F1}–{(LatencyMicros + JitterMicros) / 1000.0:F1} ms");

    private double Expected(double windowMicros)
    {
        double tripMicros = (2 * LatencyMicros) + JitterMicros;
        double handlingMicros = TimerRunsOn ? RunOnMicros : MeanHandlingMicros;
        double closesSeconds = (ClosesFrom + ClosesUntil).TotalSeconds / 2;
        return _requestsPerSecond.Sum(rate => SecondsPerHour * rate * RaceRate.PerRequest(new RaceConditions
        {
            RequestsPerSecond = rate,
            // A request that comes after the close connects first.
            ServiceTime = TimeSpan.FromMicroseconds((tripMicros * (1 + Math.Exp(-rate * closesSeconds))) + handlingMicros),
            ClosesFrom = ClosesFrom,
            ClosesUntil = ClosesUntil,
            Window = TimeSpan.FromMicroseconds(Plant == RacePlant.Rate ? windowMicros / 2 : windowMicros),
            BalancerIdleTimeout = TimeSpan.FromSeconds(60),
        }));
    }
}
