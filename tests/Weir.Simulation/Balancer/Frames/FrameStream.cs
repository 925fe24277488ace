using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>One stream of a client's or target's HTTP/2 connection: what it sends, what it has got, and both of its windows.</summary>
internal sealed class FrameStream(int id)
{
    public int Id { get; } = id;

    /// <summary>Whose request it carries.</summary>
    public RequestRecord? Record { get; set; }

    /// <summary>A target's, for its answer.</summary>
    public AnswerPlan? Plan { get; set; }

    /// <summary>At a target: the request is whole, or will never be.</summary>
    public Signal? Whole { get; set; }

    // What is sent.

    public byte[] Body { get; set; } = [];

    /// <summary>Bytes of the body that went out.</summary>
    public int SentBytes { get; set; }

    /// <summary>What may still go out.</summary>
    public long SendWindow { get; set; }

    /// <summary>What follows the body; empty: nothing.</summary>
    public IReadOnlyList<(string Name, string Value)> Trailers { get; set; } = [];

    /// <summary>A head went out, and a body follows.</summary>
    public bool IsSending { get; set; }

    /// <summary>Nothing follows the body, not even its end.</summary>
    public bool HoldsEnd { get; set; }

    public bool IsSent { get; set; }

    /// <summary>The trailers do not end it, as they have to.</summary>
    public bool TrailersLackEnd { get; set; }

    /// <summary>What is sent is malformed: it is not over until the balancer has reset it.</summary>
    public bool IsFlawed { get; set; }

    // What comes.

    /// <summary>What may still come.</summary>
    public long ReceiveWindow { get; set; }

    /// <summary>What that is filled up to; 0: it never is.</summary>
    public int WindowTarget { get; set; }

    /// <summary>The head that came.</summary>
    public MessageHead? Head { get; set; }

    /// <summary>The trailers that came.</summary>
    public MessageHead? ReceivedTrailers { get; set; }

    /// <summary>The head is a target's.</summary>
    public bool IsAnswer { get; set; }

    public long BodyBytes { get; set; }

    public ulong BodyHash { get; set; } = Payload.EmptyHash;

    /// <summary>Bytes of HEADERS, CONTINUATION and DATA that have come.</summary>
    public long FrameBytes { get; set; }

    public bool IsReceived { get; set; }

    /// <summary>At so many bytes of either body it is reset.</summary>
    public long ResetAtByte { get; set; } = long.MaxValue;
}
