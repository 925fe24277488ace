using Weir.Reactor;

namespace Weir.Simulation.Race;

/// <summary>What the parts of one day share.</summary>
internal sealed class RaceWorld(SimNetwork network, RaceDay day)
{
    // Often enough for every day, and rarely enough that the day stays itself.
    private const int PlantedOnceIn = 50;

    // Longer than what the balancer takes for one instant, by more than any packet is late.
    private const long InstantMicros = 300_000;

    private long _closedMicros;
    private int _chances;
    private RaceRequest? _lastAnswered;

    public SimNetwork Network { get; } = network;

    public RaceDay Day { get; } = day;

    public RaceLedger Ledger { get; } = new(network);

    /// <summary>The target's ends of connections, by the balancer's end.</summary>
    public Dictionary<System.Net.IPEndPoint, RaceTargetSession> Sessions { get; } = [];

    /// <summary>Instants at which the target has closed connections for their idleness.</summary>
    public long Closes { get; private set; }

    /// <summary>The target closes a connection. What it closes at about the same time says the same thing.</summary>
    public void Closed()
    {
        if (Closes == 0 || Network.NowMicros - _closedMicros > InstantMicros)
        {
            Closes++;
            _closedMicros = Network.NowMicros;
        }
    }

    /// <summary>Whose answer the target gives to a request.</summary>
    public RaceRequest AnswerTo(RaceRequest request)
    {
        RaceRequest answered = Strikes(RacePlant.Crossed) && _lastAnswered is { } other ? other : request;
        _lastAnswered = request;
        return answered;
    }

    public bool Strikes(RacePlant plant) => IsPlanted(plant) && ++_chances % PlantedOnceIn == 0;

    /// <summary>For what happens rarely anyway.</summary>
    public bool IsPlanted(RacePlant plant) => Day.Plant == plant;
}
