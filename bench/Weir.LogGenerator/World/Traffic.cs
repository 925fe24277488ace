using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>Begins the requests of one target group. Owns no request once it has begun.</summary>
internal sealed class Traffic
{
    private const double SecondsPerDay = 86_400;

    private readonly Universe _universe;
    private readonly TargetGroup _group;
    private readonly SeededRandom _random;
    private readonly double _ratePerSecond;
    private double[] _weights = [];

    // Bursty: a page and what it loads, or a batch: so many requests on the average, so far apart.
    private readonly double _burstSize;
    private readonly double _burstSpacingSeconds;
    private readonly double _peakOfDay;

    public Traffic(Universe universe, TargetGroup group, double ratePerSecond)
    {
        _universe = universe;
        _group = group;
        _random = universe.Random.Fork();
        _ratePerSecond = ratePerSecond;
        _burstSize = group.Plan.Shape == TrafficShape.Bursty ? _random.LogBetween(2, 12) : 1;
        _burstSpacingSeconds = _random.LogBetween(0.002, 0.1);
        // A short log is one of the busy hours; over days the phase does not matter.
        _peakOfDay = _random.Between(-0.1, 0.1);
    }

    public void Start()
    {
        if (_group.Plan.Shape == TrafficShape.Periodic) StartPollers();
        else Next();
    }

    private void Next()
    {
        long delay = Ticks.Of(_random.Exponential(1 / MaxRate()));
        if (_universe.NowTicks + delay > _universe.EndOfArrivalsTicks) return;
        _universe.After(delay, () =>
        {
            if (_random.Chance(Rate() / MaxRate())) Burst();
            Next();
        });
    }

    private void Burst()
    {
        Ask(_universe.Clients.Next(), DrawUrl());
        if (!_random.Chance(1 - (1 / _burstSize)) || _universe.NowTicks > _universe.EndOfArrivalsTicks) return;
        _universe.After(Ticks.Of(_random.Exponential(_burstSpacingSeconds)), Burst);
    }

    private double MaxRate() => _group.Plan.Shape == TrafficShape.Diurnal ? _ratePerSecond * 1.9 : _ratePerSecond / _burstSize;

    private double Rate() => _group.Plan.Shape == TrafficShape.Diurnal
        ? _ratePerSecond * (1 + (0.9 * Math.Cos(2 * Math.PI * ((Ticks.Seconds(_universe.NowTicks) / SecondsPerDay) - _peakOfDay))))
        : MaxRate();

    // What polls does so in round numbers of seconds, each poller with one URL. Source: keep-alive facts, A2; the story.
    private void StartPollers()
    {
        double[] periods = [1, 2, 5, 5, 10, 15, 20, 30, 60];
        double period = Math.Max(_random.Pick(periods), Math.Round(1 / _ratePerSecond));
        int pollers = Math.Max(1, (int)Math.Round(_ratePerSecond * period));
        double jitterSeconds = _random.LogBetween(0.0005, 0.05);
        for (int index = 0; index < pollers; index++)
        {
            UrlProfile url = DrawUrl();
            int client = index % _universe.Clients.Count;
            _universe.After(Ticks.Of(_random.Unit() * period), () => Poll(url, client, period, jitterSeconds));
        }
    }

    private void Poll(UrlProfile url, int client, double periodSeconds, double jitterSeconds)
    {
        if (_universe.NowTicks > _universe.EndOfArrivalsTicks) return;
        // Most polls of a poller are for its own URL.
        Ask(_universe.Clients.Of(client), _random.Chance(0.1) ? DrawUrl() : url);
        _universe.After(Ticks.Of(periodSeconds + _random.Exponential(jitterSeconds)), () => Poll(url, client, periodSeconds, jitterSeconds));
    }

    private void Ask(ClientConnection client, UrlProfile url) => _universe.Begin(_group, url, client, url.Ids == 0 ? 0 : 1 + _random.Below(url.Ids));

    private UrlProfile DrawUrl()
    {
        if (_weights.Length != _group.Urls.Count)
        {
            double sum = 0;
            _weights = [.. _group.Urls.Select(url => sum += url.Weight)];
        }

        double wanted = _random.Unit() * _weights[^1];
        int index = 0;
        while (_weights[index] <= wanted) index++;
        return _group.Urls[index];
    }
}
