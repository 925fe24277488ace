using System.Globalization;
using Weir.Balancer;

namespace Weir.Simulation.Race;

/// <summary>After the day: has each request its line in the access log, and has each race the line by which it is known?</summary>
internal static class RaceLogChecks
{
    // Source: ALB user guide, access log entries
    private const int TargetField = 4;
    private const int RequestTimeField = 5;
    private const int TargetTimeField = 6;
    private const int ResponseTimeField = 7;
    private const int ElbStatusField = 8;
    private const int TargetStatusField = 9;

    private const int IdDigits = 16;

    public static void Run(RaceWorld world, string target, IEnumerable<string> lines)
    {
        foreach (string line in lines.Where(_ => !world.Strikes(RacePlant.Unlogged)))
        {
            int path = line.IndexOf("/r/", StringComparison.Ordinal);
            if (path < 0 || world.Ledger.Find(line.AsSpan(path + 3, IdDigits)) is not { } request)
            {
                world.Ledger.Violated($"a line for no request: {line}");
                continue;
            }

            request.LogLines++;
            if (!Agrees(request, line.Split(' ', TargetStatusField + 2), target, world.Day))
            {
                world.Ledger.Violated($"a line that says something else: {line}; {request}");
            }
        }
    }

    private static bool Agrees(RaceRequest request, string[] fields, string target, RaceDay day)
    {
        bool isTarget = fields[TargetField] == target;
        if (request.Failure.Reason == FailureReason.None)
        {
            return isTarget && fields[ElbStatusField] == "200" && fields[TargetStatusField] == "200";
        }

        // A race is over when the FIN is here: within one round trip.
        double mostSeconds = (2 * day.LongestWindowMicros(request.BodyBytes) / 1e6) + 0.001;
        return isTarget
            && Seconds(fields[RequestTimeField]) >= 0
            && Seconds(fields[TargetTimeField]) is var seconds && seconds >= 0 && seconds <= mostSeconds
            && fields[ResponseTimeField] == "-1"
            && fields[ElbStatusField] == "502"
            && fields[TargetStatusField] == "-";
    }

    private static double Seconds(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
