using System.Globalization;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Probing;

/// <summary>What a reader of a measurement should know besides its verdict.</summary>
internal static class ProbeRemarks
{
    public static IReadOnlyList<string> Of(ProbeMeasurement measurement, IdleSummary idle, ServerIdentity server) =>
        [.. All(measurement, idle, server)];

    private static IEnumerable<string> All(ProbeMeasurement measurement, IdleSummary idle, ServerIdentity server)
    {
        if (OfRestarts(measurement, idle) is { } restarted)
        {
            yield return restarted;
        }

        if (measurement.OtherAddresses > 0)
        {
            yield return $"The name has {Plural.Of(measurement.OtherAddresses, "more address")}, which {Plural.Word(measurement.OtherAddresses, "was", "were")} not measured; --connect-to HOST:PORT picks one.";
        }

        if (server.Key is { } key && measurement.Asked.Server is { } claim && !claim.Contains(key, StringComparison.OrdinalIgnoreCase))
        {
            yield return $"It calls itself {claim}, but behaves as {server.Name} does: something may stand in between, or the header was changed.";
        }

        if (measurement.HasUntrustedCertificate)
        {
            yield return "Its certificate is not one that browsers trust for this name (self-signed, expired, or another's). Behind ALB that does not matter: it checks no target's certificate, and neither does this.";
        }

        if (measurement.IsError && !measurement.KeepsNoConnection)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The target answers {measurement.Asked.StatusCode}: some servers close after an error. Another path, --host or --header may tell more.");
        }

        if (idle.Differs)
        {
            yield return $"Connections to this one address behave differently ({Describe(idle)}): {(idle.SaidSeconds.Count > 1
                ? $"its workers have different settings, and say so (timeout={string.Join(", ", idle.SaidSeconds)})."
                : "workers with different settings, several servers behind it, or one that looks for idle connections only now and then.")}";
        }

        if (idle.Unanswered > 0)
        {
            yield return $"{Plural.Of(idle.Unanswered, "connection")} got no answer while others were idle: the target has too few workers for its idle connections.";
        }

        if (idle.ClosedWithAnswer > 0)
        {
            yield return $"{Plural.Of(idle.ClosedWithAnswer, "connection")} {Plural.Word(idle.ClosedWithAnswer, "was", "were")} ended with the first answer, others were not: the target sheds idle connections when it has many.";
        }

        if (idle.AfterSaid is [{ TotalSeconds: < -1 } least, ..])
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"It closes {-least.TotalSeconds:0.0} s earlier than it says: something in front of the server closes first, or it is set to say something else.");
        }

        if (measurement.Http2 is not null && idle.Closed > 0)
        {
            yield return OfGoAway(idle);
        }

        if (idle.Farewell.Length > 0)
        {
            yield return $"As it closes an idle connection it sends '{idle.Farewell}', which nobody asked for.";
        }

        if (measurement.Count is { Outcome: CountOutcome.Unannounced } count)
        {
            yield return $"A connection was closed after {Plural.Of(count.Requests, "request")} without {(measurement.Http2 is null ? "Connection: close" : "GOAWAY")}; a request that meets that is lost whatever the idle timeout.";
        }
    }

    // Source: RFC 9113 §6.8, §8.7
    private static string OfGoAway(IdleSummary idle) => idle.GoAways == idle.Closed
        ? "It says GOAWAY before it closes: a request that passes that on its way was not looked at, and may be sent again whatever its method. Weir does that; AWS does not say whether ALB does, so let the target outlive it all the same."
        : $"Of {Plural.Of(idle.Closed, "connection")} it closed {idle.Closed - idle.GoAways} without GOAWAY: of a request that meets such a close nobody knows whether it was looked at, so that POST is lost, as over HTTP/1.1.";

    private static string? OfRestarts(ProbeMeasurement measurement, IdleSummary idle)
    {
        if (idle.Restarted == 0)
        {
            return measurement.HasSeenRestart
                ? "The target restarted while it was probed: it refused connections for a while. What that spoilt was measured again."
                : null;
        }

        string ended = $"{Plural.Of(idle.Restarted, "connection")} {Plural.Word(idle.Restarted, "is", "are")} not counted";
        string again = idle.Idle > 0 ? "; the others were measured apart from it" : "";
        return measurement.HasSeenRestart
            ? $"The target restarted while it was probed: it refused connections for a while. {ended}, since that ended {Plural.Word(idle.Restarted, "it", "them")}, whatever the age{again}."
            : $"The target seems to have restarted, or been reloaded: {ended}, which ended at one moment, at ages that no other round showed{again}.";
    }

    private static string Describe(IdleSummary idle)
    {
        IEnumerable<string> groups = idle.Groups.Select(static group => string.Create(
            CultureInfo.InvariantCulture,
            $"{group.Connections} closed after {group.Shortest.TotalSeconds:0.0}–{group.Longest.TotalSeconds:0.0} s"));
        return string.Join(", ", idle.StillOpen > 0 ? groups.Append($"{idle.StillOpen} still open") : groups);
    }
}
