using System.Net;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>What the parts of one run share.</summary>
internal sealed class BalancerWorld(SimNetwork network, RecordingFaults faults, WorldKind kind, WorldTls tls, PlantedBug plant)
{
    // Often enough for every seed, and rarely enough that the world stays itself.
    private const int PlantedOnceIn = 300;

    // Of the pieces of all tunnels, of which there are fewer.
    private const int PlantedOncePieces = 20;

    // Of what is malformed, or ends a connection.
    private const int PlantedOnceFlaws = 5;

    private RequestRecord? _lastAnswered;
    private int _chances;

    public BalancerScale Scale { get; } = BalancerScale.Of(kind);

    public RecordingFaults Faults { get; } = faults;

    public WorldKind Kind { get; } = kind;

    public WorldTls Tls { get; } = tls;

    public BalancerOracle Oracle { get; } = new(network);

    /// <summary>The balancer's ends of connections on which a target has sent bytes that nobody asked for.</summary>
    public HashSet<IPEndPoint> SpoiltConnections { get; } = [];

    /// <summary>The same of those on which an HTTP/2 target has refused a request, or said GOAWAY.</summary>
    public HashSet<IPEndPoint> RefusingConnections { get; } = [];

    /// <summary>The same of those on which it has broken the rules.</summary>
    public HashSet<IPEndPoint> FaultyConnections { get; } = [];

    /// <summary>The same of those on which it has said GOAWAY with an error: with which, at first, and when.</summary>
    public Dictionary<IPEndPoint, (ErrorCode Code, TimeSpan At)> ErrorsOfGoAway { get; } = [];

    /// <summary>The most that a target has said on them that it takes of a head, over HTTP/2.</summary>
    public Dictionary<IPEndPoint, int> HeadLimits { get; } = [];

    /// <summary>Streams that clients have reset.</summary>
    public int Resets { get; set; }

    /// <summary>Answers over HTTP/2 that are none, or of another length than they say.</summary>
    public int MalformedAnswers { get; set; }

    /// <summary>A planted fault has shown: there is nothing more to wait for.</summary>
    public bool HasFoundPlant => plant != PlantedBug.None && Oracle.Violations.Count > 0;

    public bool IsDraining { get; set; }

    public bool TargetsWereChanged { get; set; }

    /// <summary>Whose answer a target gives to a request.</summary>
    public RequestRecord AnswerTo(RequestRecord record)
    {
        RequestRecord answered = Strikes(PlantedBug.Crossed) && _lastAnswered is { } other ? other : record;
        _lastAnswered = record;
        return answered;
    }

    public bool ThrowsAway(bool isAnswer) => isAnswer && Strikes(PlantedBug.Lost);

    public bool SendsTwice() => Strikes(PlantedBug.Doubled);

    public void Alter(byte[] content)
    {
        if (content.Length > 0 && Strikes(PlantedBug.Altered))
        {
            content[^1] ^= 1;
        }
    }

    /// <summary>The stream that a piece of an answer is taken to be of.</summary>
    public FrameStream MayMixUp(FrameStream stream, IEnumerable<FrameStream> all)
    {
        FrameStream? other = all.FirstOrDefault(one => one != stream && one.IsAnswer && !one.IsReceived);
        return other is not null && stream.IsAnswer && Strikes(PlantedBug.MixedUp) ? other : stream;
    }

    /// <summary>A target looks at a request of which it has said that it does not.</summary>
    public bool LooksAtRefused() => plant == PlantedBug.LookedAt;

    /// <summary>A peer that has given a window thinks that it has not: to it, the balancer does not keep to windows.</summary>
    public bool ForgetsWindow() => Strikes(PlantedBug.Overdrawn);

    /// <summary>
    /// The size of the table of fields that a peer holds the balancer to, of one that it has announced: where it thinks that it was
    /// smaller, the balancer does not heed it.
    /// </summary>
    public int Misremembers(int tableBytes) => plant == PlantedBug.LargeTable ? tableBytes / 2 : tableBytes;

    public void AlterTunnel(Span<byte> content)
    {
        if (Strikes(PlantedBug.AlteredTunnel, PlantedOncePieces))
        {
            content[^1] ^= 1;
        }
    }

    public void TellGoAway(IPEndPoint connection, ErrorCode code)
    {
        TimeSpan at = Oracle.Network.Elapsed + (plant == PlantedBug.GoAwayErrorHasty ? TimeSpan.FromSeconds(1) : default);
        ErrorsOfGoAway.TryAdd(connection, (plant == PlantedBug.GoAwayErrorMistaken ? ErrorCode.Cancel : code, at));
    }

    public void TellHeadLimit(IPEndPoint connection, int headBytes) =>
        HeadLimits[connection] = plant == PlantedBug.HeadRefused && headBytes != int.MaxValue ? headBytes * 4 : headBytes;

    /// <summary>A malformed request is taken for a well formed one by the checks.</summary>
    public bool ForgetsFlaw() => Strikes(PlantedBug.FlawImagined, PlantedOnceFlaws);

    /// <summary>A malformed answer is not even sent.</summary>
    public bool AnswersNothing() => Strikes(PlantedBug.AnswerFlawUnnoticed, PlantedOnceFlaws);

    /// <summary>The request that is to be malformed is none: to the checks, the balancer lets it pass.</summary>
    public bool TakesForGood() => Strikes(PlantedBug.FlawUnseen, PlantedOnceFlaws);

    /// <summary>The answer that is to be malformed is one: likewise.</summary>
    public bool AnswersAfterAll() => Strikes(PlantedBug.AnswerFlawUnseen, PlantedOnceFlaws);

    /// <summary>A client that is told that its request was malformed does not hear it.</summary>
    public bool MissesReset(RequestRecord record) =>
        record is { Flaw: not RequestFlaw.None, Outcome: RequestOutcome.Page } && Strikes(PlantedBug.FlawUntold, PlantedOnceFlaws);

    /// <summary>A target that is told that its answer was malformed does not hear it.</summary>
    public bool MissesReset(FrameStream stream) => stream.IsFlawed && Strikes(PlantedBug.AnswerFlawUntold, PlantedOnceFlaws);

    /// <summary>A client only thinks that it has said GOAWAY: to it, the balancer does not heed it.</summary>
    public bool KeepsGoAway() => Strikes(PlantedBug.GoAwayUnheard, PlantedOnceFlaws);

    /// <summary>A target only thinks that it has named an error: likewise.</summary>
    public bool GoesMildly() => plant == PlantedBug.GoAwayErrorUnheard;

    /// <summary>The limit that a target holds the balancer to, of one that it has announced for the size of heads.</summary>
    public int MisremembersHead(int headBytes) => plant == PlantedBug.LargeHead && headBytes != int.MaxValue ? headBytes / 4 : headBytes;

    /// <summary>The line of a request that could not be read.</summary>
    public bool LeavesOutUnreadable() => Strikes(PlantedBug.FlawUnlogged, PlantedOnceFlaws);

    public bool LeavesOut() => Strikes(PlantedBug.Unlogged);

    private bool Strikes(PlantedBug bug, int onceIn = PlantedOnceIn) => plant == bug && ++_chances % onceIn == 0;
}
