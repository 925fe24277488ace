using Weir.Balancer;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>After the run: does what client, target and balancer say of each request fit together?</summary>
internal static class RequestChecks
{
    public static void Run(BalancerWorld world)
    {
        foreach (RequestRecord record in world.Oracle.Records)
        {
            if (WhyWrong(record, world) is { } why)
            {
                world.Oracle.Violated($"{why}: {record}");
            }
        }
    }

    private static string? WhyWrong(RequestRecord record, BalancerWorld world)
    {
        if (record.Ends > 1)
        {
            return "ended twice";
        }

        if (record.LogLines != record.Ends)
        {
            return "the log has not one line for it";
        }

        if (WhyWrongFlaw(record, world) is { } flaw)
        {
            return flaw;
        }

        return record.Outcome switch
        {
            RequestOutcome.Page when record.Flaw.IsOfHead() => null,
            RequestOutcome.Answer or RequestOutcome.Page when record.IsHttp2 && record.FrameBytes != record.SentBytes => "the log counts other bytes than came",
            RequestOutcome.Answer when record is { Ends: 1, Arrivals: >= 1, HeadSent: true, Reason: FailureReason.None } => null,
            RequestOutcome.Answer => "an answer that the balancer knows nothing of",
            RequestOutcome.Unasked => null,
            RequestOutcome.Tunnel => WhyWrongTunnel(record),
            RequestOutcome.Page => WhyWrongPage(record),
            RequestOutcome.Cut => WhyWrongCut(record),
            _ => "has no outcome",
        };
    }

    // Source: RFC 9113 §8.1.1; docs/http2.md.
    private static string? WhyWrongFlaw(RequestRecord record, BalancerWorld world)
    {
        if (record.Flaw.IsOfHead())
        {
            if (record.Outcome == RequestOutcome.Answer || (record.Outcome == RequestOutcome.Page && record.Status != 400))
            {
                return "a malformed request was answered";
            }

            if (record.ResetCode is not null and not ErrorCode.ProtocolError)
            {
                return "a malformed request was reset for another reason";
            }
        }

        ClientPeer session = record.Session;
        bool mayBeUntold = record.WasAbandoned || session.TakesNothing || session.HasLeft || !session.IsOnCleanPath || session.EndedInDrain;
        // What is too large for its target is refused before its body is looked at.
        bool isDue = record is { Outcome: RequestOutcome.Page, Status: 400 } && (record.Flaw.IsOfHead() || record.Reason == FailureReason.MalformedRequestBody);
        if (isDue && record.ResetCode != ErrorCode.ProtocolError && !mayBeUntold)
        {
            return "the stream of a malformed request was not reset";
        }

        if (record is { Answer.Kind: AnswerKind.MalformedHead, Outcome: RequestOutcome.Answer })
        {
            return "a malformed answer was passed on";
        }

        if (record is { IsAnswerFlawed: true, Reason: FailureReason.TargetSilent, IsTargetPathClean: true, AnsweredBy.IsDoomed: false })
        {
            return "a malformed answer was not noticed";
        }

        bool isMalformedAnswer = record.Reason is FailureReason.MalformedResponse or FailureReason.MalformedResponseBody;
        return world.Kind.TargetsSpeakHttp2 && isMalformedAnswer && record is { IsTargetPathClean: true, IsLeftByTarget: false, AnsweredBy.IsDoomed: false }
            && record.AnswerResetCode != ErrorCode.ProtocolError
            ? "the stream of a malformed answer was not reset"
            : null;
    }

    private static string? WhyWrongPage(RequestRecord record)
    {
        // A request that was cut inside its head has no path, and so no record inside the balancer.
        if (record.Ends == 0)
        {
            return !record.SentWhole && record.Status is 400 or 408 or 503 ? null : "a page from nowhere";
        }

        return record.Reason == FailureReason.None || record.HeadSent || FailureTable.Of(record.Reason).StatusCode != record.Status
            ? "a page for another reason"
            : null;
    }

    // Behind a fault of the path, or a client that left, anything may be cut. Otherwise there is a reason.
    private static string? WhyWrongCut(RequestRecord record)
    {
        if (record.Arrivals > 0 && record.Ends == 0)
        {
            return "it came to a target and never ended";
        }

        if (record is { IsHttp2: true, IsBehindClose: true, Ends: > 0 })
        {
            return "it was taken up, and GOAWAY said that it is not";
        }

        if (record.WasAbandoned)
        {
            return null;
        }

        if (record.ResetCode is { } code)
        {
            return WhyWrongReset(record, code);
        }

        ClientPeer session = record.Session;
        if (!session.IsOnCleanPath || session.HasLeft || session.End is not (ConnectionEnd.Fin or ConnectionEnd.CloseNotify or ConnectionEnd.None))
        {
            return null;
        }

        if (record.Ends == 1)
        {
            // Over HTTP/2 an answer is sent when it is in the connection's output, which a client may leave there until the idle timeout.
            bool mayBeCut = record is { IsHttp2: true, Session.TakesNothing: true } || (record.HeadSent
                ? record.Reason != FailureReason.None
                : record.Reason is FailureReason.ClientClosed or FailureReason.ClientClosedInRequest
                    || (record.Reason != FailureReason.None && session.TakesNothing));
            return mayBeCut ? null : "its client got nothing although all went well";
        }

        // A head that did not come whole is none, and behind an answer that is not taken nothing is read.
        bool isUnread = !record.SentHead || session.TakesNothing;
        return record.IsBehindClose || record.IsBehindCut || session.WasQuiet || session.EndedInDrain || isUnread ? null : "it was never taken up";
    }

    // What is sent into a tunnel comes out of it, as long as nobody breaks it off.
    private static string? WhyWrongTunnel(RequestRecord record)
    {
        TunnelRecord tunnel = record.Tunnel!;
        if (record is not { Ends: 1, HeadSent: true, ElbStatus: 101 })
        {
            return "a tunnel that the balancer knows nothing of";
        }

        bool mayBreak = tunnel.IsDisturbed || record.Reason != FailureReason.None || !record.IsTargetPathClean || !record.Session.IsOnCleanPath
            || record.AnsweredBy!.IsDoomed;
        return mayBreak ? null
            : !tunnel.ToTarget.IsWhole || !tunnel.ToClient.IsWhole ? "a tunnel lost something"
            : record.ReceivedBytes != tunnel.ClientSent || record.SentBytes != tunnel.ClientReceived ? "the log counts other bytes than its client"
            : null;
    }

    // The stream alone was ended.
    private static string? WhyWrongReset(RequestRecord record, ErrorCode code)
    {
        // Whose head is malformed has no path, and so no record inside the balancer.
        bool mayBe = (record.Flaw.IsOfHead() && code == ErrorCode.ProtocolError) || (record.Ends == 1 && code switch
        {
            // A page waits for the window as an answer does.
            ErrorCode.InternalError => record is { Reason: not FailureReason.None } and ({ HeadSent: true } or { Session.TakesNothing: true }),
            ErrorCode.ProtocolError => record.Flaw.IsOfBody() && record.Reason == FailureReason.MalformedRequestBody,
            ErrorCode.Cancel => record.Reason == FailureReason.ClientSilentInResponse,
            _ => false,
        });
        return mayBe ? null : "its stream was reset, and nobody knows why";
    }
}
