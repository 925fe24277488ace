using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>How a target will answer one request, drawn when its head has come.</summary>
internal sealed record AnswerPlan
{
    private static readonly int[] _statuses = [200, 200, 200, 200, 201, 302, 404, 500, 204, 304];

    public AnswerKind Kind { get; init; }

    public AnswerFraming Framing { get; init; }

    public int Status { get; init; } = 200;

    public int BodyBytes { get; init; }

    public int DelayMs { get; init; }

    public bool WithInterim { get; init; }

    /// <summary>It says that it closes after this answer.</summary>
    public bool AnnouncesClose { get; init; }

    /// <summary>It ends it by RST.</summary>
    public bool EndsByReset { get; init; }

    /// <summary>How much of its body it sent when it closed in order without another end: that is its whole body then.</summary>
    public int CutAtByte { get; init; } = int.MaxValue;

    /// <summary>What a client will find to be the whole body.</summary>
    public int WholeBodyBytes => Math.Min(BodyBytes, CutAtByte);

    /// <summary>No client may take what comes of its body for the whole.</summary>
    public bool IsNeverWhole => Kind switch
    {
        AnswerKind.DieInside => Framing != AnswerFraming.UntilClose || EndsByReset,
        AnswerKind.Normal or AnswerKind.Early or AnswerKind.ExtraBytes => false,
        AnswerKind.MalformedBody => BodyBytes > 0 || Framing != AnswerFraming.Chunked,
        _ => true,
    };

    public static AnswerPlan Draw(LoopRandom random, bool hasBody)
    {
        AnswerKind kind = random.Next(100) switch
        {
            < 6 when hasBody => AnswerKind.Early,
            6 => AnswerKind.DieBefore,
            7 => AnswerKind.DieInside,
            8 when random.Next(4) == 0 => AnswerKind.Silent,
            8 when random.Next(3) == 0 => AnswerKind.SilentInside,
            9 => AnswerKind.MalformedHead,
            10 => AnswerKind.MalformedBody,
            11 when random.Next(4) == 0 => AnswerKind.HugeHead,
            12 => AnswerKind.ExtraBytes,
            _ => AnswerKind.Normal,
        };
        int status = kind switch
        {
            AnswerKind.Early => random.Next(2) == 0 ? 401 : 413,
            AnswerKind.Normal => _statuses[random.Next(_statuses.Length)],
            _ => 200,
        };
        AnswerFraming framing = kind == AnswerKind.MalformedBody ? AnswerFraming.Chunked
            : kind == AnswerKind.ExtraBytes ? AnswerFraming.Length
            : random.Next(10) switch
            {
                < 5 => AnswerFraming.Length,
                < 7 => AnswerFraming.Chunked,
                7 => AnswerFraming.ChunkedWithTrailers,
                8 => AnswerFraming.Length,
                _ => AnswerFraming.UntilClose,
            };
        return Draw(random, kind, framing, status);
    }

    /// <summary>The same of a target that speaks HTTP/2.</summary>
    public static AnswerPlan DrawHttp2(LoopRandom random, bool hasBody)
    {
        AnswerKind kind = random.Next(200) switch
        {
            < 12 when hasBody => AnswerKind.Early,
            12 => AnswerKind.DieBefore,
            13 => AnswerKind.DieInside,
            14 when random.Next(2) == 0 => AnswerKind.Silent,
            14 => AnswerKind.SilentInside,
            15 => AnswerKind.MalformedHead,
            16 => AnswerKind.MalformedBody,
            17 when random.Next(2) == 0 => AnswerKind.HugeHead,
            18 or 19 => AnswerKind.Reset,
            20 or 21 => AnswerKind.ResetInside,
            22 when random.Next(2) == 0 => AnswerKind.ConnectionFault,
            23 when random.Next(2) == 0 => AnswerKind.GoAway,
            _ => AnswerKind.Normal,
        };
        int status = kind switch
        {
            AnswerKind.Early => random.Next(2) == 0 ? 401 : 413,
            AnswerKind.Normal => _statuses[random.Next(_statuses.Length)],
            _ => 200,
        };
        AnswerFraming framing = kind == AnswerKind.MalformedBody ? (random.Next(2) == 0 ? AnswerFraming.Length : AnswerFraming.ChunkedWithTrailers)
            : status is 204 or 304 ? AnswerFraming.Length
            : random.Next(10) switch
            {
                < 4 => AnswerFraming.Length,
                < 8 => AnswerFraming.Chunked,
                _ => AnswerFraming.ChunkedWithTrailers,
            };
        return Draw(random, kind, framing, status);
    }

    private static AnswerPlan Draw(LoopRandom random, AnswerKind kind, AnswerFraming framing, int status)
    {
        int bytes = status is 204 or 304 ? 0 : BodySize.Draw(random);
        bool diesInside = kind is AnswerKind.DieInside or AnswerKind.SilentInside or AnswerKind.ResetInside;
        return new AnswerPlan
        {
            Kind = kind,
            Framing = status is 204 or 304 ? AnswerFraming.Length : framing,
            Status = status,
            BodyBytes = diesInside ? Math.Max(bytes, 100) : bytes,
            DelayMs = random.Next(4) switch
            {
                0 => random.Next(500),
                1 when random.Next(20) == 0 => random.Next(70_000),
                _ => 0,
            },
            WithInterim = random.Next(20) == 0,
            AnnouncesClose = random.Next(20) == 0,
            EndsByReset = random.Next(2) == 0,
            CutAtByte = diesInside ? random.Next(100) : int.MaxValue,
        };
    }
}
