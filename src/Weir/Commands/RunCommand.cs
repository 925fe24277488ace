using System.CommandLine;
using Weir.Configuration;
using Weir.Hosting;
using Weir.Output;

namespace Weir.Commands;

/// <summary>`weir run`: a node, until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create(OutputOptions output)
    {
        var options = new ConfigurationOptions();
        var command = new Command("run", "run a load balancer");
        options.AddTo(command);
        command.SetAction(result => (int)Run(options.Read(result), output.Messages(result)));
        return command;
    }

    private static ExitCode Run(ConfigurationFlags flags, MessageWriter messages)
    {
        if (!LinuxOnly.IsHere("run", messages))
        {
            return ExitCode.NeedsLinux;
        }

        if (FlagReader.Read(flags, out IReadOnlyList<UsageError> errors) is { } settings)
        {
            return new NodeHost(settings, new SystemNameLookup(), messages, TimeProvider.System).Run();
        }

        UsageReport.Write(errors, messages, "run");
        return ExitCode.Usage;
    }
}
