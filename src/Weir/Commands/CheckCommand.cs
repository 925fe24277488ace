using System.CommandLine;
using System.Net;
using System.Text.Json;
using Weir.Configuration;
using Weir.Diagnosis.Reports;
using Weir.Model;
using Weir.Output;

namespace Weir.Commands;

/// <summary>
/// `weir check`: says whether `run` would accept the same options, and what it would run. It opens no port and applies
/// nothing, so it can be asked beside a running node.
/// </summary>
internal static class CheckCommand
{
    private const int MaxPathColumns = 30;

    public static Command Create(OutputOptions output)
    {
        var options = new ConfigurationOptions();
        var command = new Command("check", "test a configuration without running it");
        options.AddTo(command);
        command.SetAction(result => (int)Run(options.Read(result), new SystemNameLookup(), output.Messages(result), Console.Out));
        return command;
    }

    internal static ExitCode Run(ConfigurationFlags flags, INameLookup lookup, MessageWriter messages, TextWriter output)
    {
        if (FlagReader.Read(flags, out IReadOnlyList<UsageError> usage) is not { } settings)
        {
            UsageReport.Write(usage, messages, "check");
            return ExitCode.Usage;
        }

        CheckReport report = Check(settings, lookup);
        if (messages.Format == OutputFormat.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(report, CheckJson.Readable.CheckReport));
        }
        else
        {
            WriteText(report, settings.Source.Name, messages, output);
        }

        return report.Valid ? ExitCode.Done : ExitCode.Failed;
    }

    private static CheckReport Check(NodeSettings settings, INameLookup lookup)
    {
        ConfigurationLoad load = settings.Source.Load();
        var names = new NameBook();
        var failures = new List<string>();
        names.Update(
            (load.Definition?.UnresolvedHosts ?? []).Select(host => NameAnswer.Of(lookup, host)),
            change => failures.Add(change.Sentence));
        PreparedConfiguration prepared = PreparedConfiguration.From(load, names, new TlsTickets(TimeProvider.System));
        // A name without an address is said once, and not again for each target that has it.
        string[] errors = failures.Count > 0 ? [.. failures] : [.. prepared.Errors.Select(static error => error.ToString())];
        return new CheckReport(
            errors.Length == 0,
            errors,
            [.. prepared.Warnings.Select(static warning => warning.ToString())],
            prepared.Snapshot is { } snapshot ? Listeners(snapshot) : [],
            prepared.Snapshot is { } compiled ? [.. compiled.TargetGroups.Select(Describe)] : []);
    }

    private static CheckListener[] Listeners(BalancerSnapshot snapshot) =>
    [
        .. from balancer in snapshot.LoadBalancers
           from listener in balancer.Listeners
           select new CheckListener(
               $"{AwsNames.SchemeOf(listener.Protocol)}://{new IPEndPoint(balancer.ListenAddress, listener.Port)}",
               balancer.Name,
               listener.Arn,
               [
                   .. ((ForwardActionSnapshot)listener.DefaultRule.Action).TargetGroups
                       .Select(static weighted => weighted.TargetGroup.Name),
               ],
               listener.Tls is { } tls ? Describe(tls) : null),
    ];

    private static CheckTls Describe(ListenerTlsSnapshot tls) => new(
        tls.Policy.Name,
        // The default one may be among the others.
        [.. tls.Certificates.Prepend(tls.DefaultCertificate).Select(static files => files.CertificateFile).Distinct()],
        tls.MutualAuthentication is { } settings ? AwsNames.Of(settings.Mode) : "off");

    // The name at the end says more than the folders before it.
    private static string PathTail(string file) => file.Length <= MaxPathColumns ? file : $"…{file[^(MaxPathColumns - 1)..]}";

    private static CheckTargetGroup Describe(TargetGroupSnapshot group)
    {
        HealthCheckSnapshot check = group.HealthCheck;
        return new CheckTargetGroup(
            group.Name,
            group.Arn,
            AwsNames.Of(group.Protocol),
            AwsNames.Of(group.ProtocolVersion),
            check.Enabled
                ? $"{Question(group)} every {check.Interval.TotalSeconds:0} s, within {check.Timeout.TotalSeconds:0} s"
                : "off",
            [.. group.Targets.Select(static target => target.Key)]);
    }

    private static string Question(TargetGroupSnapshot group)
    {
        string question = group.ProtocolVersion switch
        {
            TargetProtocolVersion.Grpc => $"gRPC {group.HealthCheck.Path}",
            TargetProtocolVersion.Http2 => $"GET {group.HealthCheck.Path} over HTTP/2",
            _ => $"GET {group.HealthCheck.Path}",
        };
        return group.HealthCheck.Protocol == TargetProtocol.Https ? $"{question} in TLS" : question;
    }

    private static void WriteText(CheckReport report, string source, MessageWriter messages, TextWriter output)
    {
        foreach (string warning in report.Warnings)
        {
            messages.Warn("configuration", warning);
        }

        foreach (string error in report.Errors)
        {
            messages.Fail("configuration", error);
        }

        if (!report.Valid)
        {
            messages.Say("check", $"{source}: {Plural.Of(report.Errors.Length, "error")}");
            return;
        }

        var listeners = new TextTable("LISTENER", "LOAD BALANCER", "TARGET GROUPS");
        foreach (CheckListener listener in report.Listeners)
        {
            listeners.Add(listener.Url, listener.LoadBalancer, string.Join(", ", listener.TargetGroups));
        }

        var tls = new TextTable("HTTPS LISTENER", "SECURITY POLICY", "CERTIFICATES", "MUTUAL TLS");
        foreach (CheckListener listener in report.Listeners.Where(static listener => listener.Tls is not null))
        {
            // A row for each file: 26 do not fit into one.
            for (int i = 0; i < listener.Tls!.Certificates.Length; i++)
            {
                string certificate = PathTail(listener.Tls.Certificates[i]);
                tls.Add(i == 0 ? [listener.Url, listener.Tls.SecurityPolicy, certificate, listener.Tls.MutualAuthentication] : ["", "", certificate, ""]);
            }
        }

        var groups = new TextTable("TARGET GROUP", "PROTOCOL", "TARGETS", "HEALTH CHECK");
        foreach (CheckTargetGroup group in report.TargetGroups)
        {
            groups.Add(
                group.Name,
                $"{group.Protocol}, {group.ProtocolVersion}",
                group.Targets.Length == 0 ? "none" : string.Join(", ", group.Targets),
                group.HealthCheck);
        }

        string aboutTls = report.Listeners.Any(static listener => listener.Tls is not null) ? $"{tls.Write()}\n" : "";
        output.Write($"{listeners.Write()}\n{aboutTls}{groups.Write()}\n{source}: in order\n");
    }
}
