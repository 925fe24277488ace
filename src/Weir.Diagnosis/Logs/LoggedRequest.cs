using System.Numerics;

namespace Weir.Diagnosis.Logs;

/// <summary>
/// One line of an access log, as much of it as every request is looked at for: small, without a reference, so that the
/// minutes that wait to be put in order fit in memory. Names are numbers of a <see cref="LogNames"/>.
/// </summary>
/// <remarks>Source: ALB user guide, access logs; the fields' numbers are those of the guide.</remarks>
public readonly record struct LoggedRequest
{
    /// <summary>What stands for a time that the line gives as <c>-1</c>.</summary>
    public const int NoTime = -1;

    /// <summary>What stands for a name that the line gives as <c>-</c>.</summary>
    public const int NoName = -1;

    /// <summary>Field 2: when the answer was made. Microseconds since 1970, UTC.</summary>
    public required long CompletedMicroseconds { get; init; }

    /// <summary>Field 22: when the request arrived; without it, field 2 less fields 6 to 8. Microseconds since 1970, UTC.</summary>
    public required long CreatedMicroseconds { get; init; }

    /// <summary>Fields 6 to 8, milliseconds, or <see cref="NoTime"/>.</summary>
    public required int RequestMilliseconds { get; init; }

    public required int TargetMilliseconds { get; init; }

    public required int ResponseMilliseconds { get; init; }

    /// <summary>Fields 9 and 10; 0 stands for <c>-</c>.</summary>
    public required short ElbStatus { get; init; }

    public required short TargetStatus { get; init; }

    /// <summary>The node of the balancer: field 34, or the file's name.</summary>
    public required int Node { get; init; }

    /// <summary>Field 5.</summary>
    public required int Target { get; init; }

    /// <summary>Field 17.</summary>
    public required int TargetGroup { get; init; }

    /// <summary>Whether field 22 was there: without it the creation is known to some milliseconds only.</summary>
    public required bool IsCreationLogged { get; init; }

    /// <summary>It came so late that others of its node, later ones, had been given out: the one kind that is out of order.</summary>
    public bool IsLate { get; init; }

    /// <summary>A hash of the request's method, and of its URL without query; equal requests have equal ones.</summary>
    public required ulong RequestKey { get; init; }

    /// <summary>Field 11, bytes.</summary>
    public required long ReceivedBytes { get; init; }

    /// <summary>Field 12, bytes.</summary>
    public required long SentBytes { get; init; }

    /// <summary>When the request went to the target, as well as the line says. Microseconds since 1970, UTC.</summary>
    public long DispatchedMicroseconds => CreatedMicroseconds + Math.Max(RequestMilliseconds, 0) * 1000L;

    /// <summary>From the request's arrival to its answer, as well as the line says.</summary>
    public long ElapsedMilliseconds => (CompletedMicroseconds - CreatedMicroseconds) / 1000;

    /// <summary>Half of all requests have a level of 1 or more, a quarter one of 2 or more, and so on; equal lines have equal ones.</summary>
    internal int SampleLevel
    {
        get
        {
            ulong mixed = ((ulong)CompletedMicroseconds * 0x9E3779B97F4A7C15) ^ RequestKey;
            return BitOperations.LeadingZeroCount((mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93);
        }
    }

    /// <summary>An error of the balancer itself: its code is not the target's.</summary>
    public bool IsBalancerError => ElbStatus >= 400 && TargetStatus == 0;

    /// <summary>The target answered with this error, and the balancer passed it on.</summary>
    public bool IsTargetError => ElbStatus >= 400 && TargetStatus >= 400;
}
