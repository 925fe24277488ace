using Weir.Balancer;
using Weir.Reactor;

namespace Weir.Simulation.Race;

/// <summary>After the day: the rules that every request must have kept, held against what all sides have said of it.</summary>
internal static class RaceChecks
{
    // What a request may have sent and still be sent again. Source: the attribute's default in Weir
    private const int HeldBytes = 64 * 1024;

    public static void Run(RaceWorld world)
    {
        foreach (RaceRequest request in world.Ledger.Requests)
        {
            if (WhyWrong(request, world.Day) is { } why)
            {
                world.Ledger.Violated($"{why}: {request}");
            }
        }
    }

    private static string? WhyWrong(RaceRequest request, RaceDay day) => request switch
    {
        { Ends: 0 } => "was lost in the balancer",
        { Ends: > 1 } => "ended twice",
        { Responses: 0 } => "its client got nothing",
        { Responses: > 1 } => "its client got more than one response",
        { LogLines: not 1 } => "the log has not one line for it",
        _ => WhyWrongAttempts(request, day)
            ?? (request.IsAnswered ? WhyWrongAnswer(request) : WhyWrongPage(request, day)),
    };

    private static string? WhyWrongAttempts(RaceRequest request, RaceDay day)
    {
        if (request.Attempts.Count == 0)
        {
            return "it came to its end without having been sent";
        }

        if (request.Attempts.Count > 1)
        {
            bool mayBeSentAgain = day.Protects && request.Attempts is [{ IsReused: true }, { IsReused: false }]
                && request.FirstFailure is { Reason: FailureReason.TargetClosed, Reused: true, ResponseBytes: 0 } first
                && (request.IsIdempotent || first.BytesWritten == 0);
            if (!mayBeSentAgain)
            {
                return "it was sent again, and must not be";
            }
        }

        if (day.Protects && day.IsLearnable && request.MetClose && request.Attempts[0].Closes > day.TeachingCloses)
        {
            return "met a close although it was known when they come";
        }

        return request.Handled > request.Attempts.Count ? "handled more often than sent"
            : request.Handled > 1 && !request.IsIdempotent ? "handled twice"
            : null;
    }

    private static string? WhyWrongAnswer(RaceRequest request) =>
        request.Failure.Reason != FailureReason.None ? "an answer, and the balancer says that it failed"
        : request.Status != 200 ? "an answer that its target did not give"
        : request.Handled == 0 ? "an answer that nobody has given"
        : null;

    private static string? WhyWrongPage(RaceRequest request, RaceDay day)
    {
        Failure failure = request.Failure;
        if (request.Status != 502 || failure.Reason != FailureReason.TargetClosed)
        {
            return "a page that is no 502 of a closed connection";
        }

        RaceAttempt last = request.Attempts[^1];
        if (last.Session is not { ClosedMicros: > 0 } session)
        {
            return "a 502, and its target did not close an idle connection";
        }

        long apartMicros = Math.Abs(session.ClosedMicros - last.DispatchedMicros);
        if (apartMicros > day.LongestWindowMicros(request.BodyBytes))
        {
            return $"a 502, and the close was {apartMicros} µs apart from the dispatch";
        }

        if (!failure.Reused || failure.ResponseBytes > 0 || Math.Abs(failure.IdleMs - last.IdleMs) > 0)
        {
            return "a 502 that is not described as what it was";
        }

        if (request.Handled > 0 && !day.TimerRunsOn)
        {
            return "a 502 for what was handled";
        }

        if (!EndsAs(failure.End, day.Style))
        {
            return $"a 502, and this target does not end a connection by {failure.End}";
        }

        return day.Protects && request.IsIdempotent && request.BodyBytes <= HeldBytes
            ? "a 502 that could have been avoided"
            : null;
    }

    private static bool EndsAs(ConnectionEnd end, RaceTargetStyle style) => style switch
    {
        RaceTargetStyle.Apache => end == ConnectionEnd.Fin,
        RaceTargetStyle.Resetting => end == ConnectionEnd.Rst,
        // With jitter the RST that answers the late request may overtake the FIN.
        _ => end is ConnectionEnd.Fin or ConnectionEnd.FinThenRst or ConnectionEnd.Rst,
    };
}
