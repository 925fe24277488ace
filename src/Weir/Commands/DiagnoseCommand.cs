using System.CommandLine;
using Weir.Configuration;
using Weir.Diagnosing;
using Weir.Output;

namespace Weir.Commands;

/// <summary>`weir diagnose`: the causes of the errors in a load balancer's access logs, and what to change.</summary>
internal static class DiagnoseCommand
{
    public static Command Create(OutputOptions output)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Arity = ArgumentArity.ZeroOrMore,
            HelpName = "PATH",
            Description = "access logs of an ALB: files, folders, patterns, s3://BUCKET/PREFIX, - for standard input",
        };
        Option<string?> from = One("--from", "TIME", "leave out what was answered before (ISO 8601; UTC without an offset)");
        Option<string?> to = One("--to", "TIME", "leave out what was answered at or after it");
        Option<string?> zone = One("--tz", "ZONE", "show times in this zone: Europe/Berlin, +02:00, local (UTC)");
        Option<string?> idleTimeout = One("--idle-timeout", "SECONDS", "of the load balancer (60)");
        Option<string?> loadBalancer = One("--load-balancer", "NAME|ARN", "ask AWS for its idle timeout; without PATH, for its logs too");
        Option<string?> server = One("--server", "NAME", "what the targets run: node, gunicorn, tomcat, nginx, …");
        var targetLogs = new Option<string[]>("--target-log")
        {
            HelpName = "FILE",
            Description = "the targets' own logs, to see whether the requests arrived",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> targetLogFormat = One("--target-log-format", "PATTERN", "their form, as Apache httpd or nginx write it (recognised)");
        Option<string?> targetLogZone = One("--target-log-tz", "ZONE", "of their times that do not say it (UTC)");
        Option<string?> html = One("--html", "FILE", "write the report as a page with charts, too");
        Option<string?> each = One("--each", "FILE", "write the cause of every error, a JSON line each");
        var redact = new Option<bool>("--redact") { Description = "no query strings, no whole client addresses (always so on the page)" };
        var noRedact = new Option<bool>("--no-redact") { Description = "keep them on the page" };
        Option<string?> endpoint = One("--endpoint-url", "URL", "of S3 and Elastic Load Balancing (AWS)");
        Option<string?> region = One("--region", "REGION", "of AWS");
        Option<string?> profile = One("--profile", "PROFILE", "of the AWS configuration files");
        var diagnose = new Command("diagnose", "say why a load balancer answered with errors, from its access logs")
        {
            paths, from, to, zone, idleTimeout, loadBalancer, server, targetLogs, targetLogFormat, targetLogZone, html, each, redact, noRedact,
            endpoint, region, profile,
        };
        diagnose.SetAction(result => (int)Run(
            new DiagnosisFlags
            {
                Paths = result.GetValue(paths) ?? [],
                From = result.GetValue(from),
                To = result.GetValue(to),
                Zone = result.GetValue(zone),
                IdleTimeout = result.GetValue(idleTimeout),
                LoadBalancer = result.GetValue(loadBalancer),
                Server = result.GetValue(server),
                TargetLogs = result.GetValue(targetLogs) ?? [],
                TargetLogFormat = result.GetValue(targetLogFormat),
                TargetLogZone = result.GetValue(targetLogZone),
                Html = result.GetValue(html),
                Each = result.GetValue(each),
                Redact = result.GetValue(redact),
                NoRedact = result.GetValue(noRedact),
                EndpointUrl = result.GetValue(endpoint),
                Region = result.GetValue(region),
                Profile = result.GetValue(profile),
            },
            ParseErrors.AmongPaths([.. result.GetValue(paths) ?? [], .. result.GetValue(targetLogs) ?? []], diagnose),
            output.Messages(result)));
        return diagnose;
    }

    private static Option<string?> One(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static ExitCode Run(DiagnosisFlags flags, IEnumerable<UsageError> unknown, MessageWriter messages)
    {
        DiagnosisSettings? read = new DiagnosisFlagReader(flags).Read(out IReadOnlyList<UsageError> wrong);
        UsageError[] errors = [.. unknown, .. wrong];
        if (read is not { } settings || errors.Length > 0)
        {
            UsageReport.Write(errors, messages, "diagnose");
            return ExitCode.Usage;
        }

        // What was put aside in a temporary file is to be deleted first.
        using var interruption = new Interruption();
        try
        {
            // The command has no thread but this one to give away.
            return new DiagnosisRun(settings, messages).Run(interruption.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (interruption.IsAsked)
        {
            return interruption.End(messages, "stopped before the end of the logs");
        }
    }
}
