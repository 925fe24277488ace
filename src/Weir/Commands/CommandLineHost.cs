using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Weir.Diagnosis;
using Weir.Output;

namespace Weir.Commands;

/// <summary>The commands and what is around them: usage errors, help, and the last line of defence.</summary>
internal static class CommandLineHost
{
    public static int Run(string[] args)
    {
        try
        {
            // Not for people: `reproduce` starts its servers behind it.
            if (OperatingSystem.IsLinux() && args is [ServerGuard.Word, var folder, var program, ..])
            {
                return ServerGuard.Run(folder, program, args[3..]).GetAwaiter().GetResult();
            }

            var output = new OutputOptions();
            return Invoke(Create(output), args);
        }
#pragma warning disable CA1031 // A bug ends the process, with a code of its own and all that helps to find it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            new MessageWriter(Console.Error, OutputFormat.Text).Fail("internal", $"this is a bug of Weir: {exception}");
            return (int)ExitCode.Internal;
        }
    }

    internal static RootCommand Create(OutputOptions output)
    {
        var root = new RootCommand("Weir, an application load balancer that behaves as AWS's does.");
        output.AddTo(root);
        root.Subcommands.Add(RunCommand.Create(output));
        root.Subcommands.Add(DiagnoseCommand.Create(output));
        root.Subcommands.Add(ReproduceCommand.Create(output));
        root.Subcommands.Add(ProbeCommand.Create(output));
        root.Subcommands.Add(PredictCommand.Create(output));
        root.Subcommands.Add(CheckCommand.Create(output));
        root.Subcommands.Add(StatusCommand.Create(output));
        root.Subcommands.Add(CompletionCommand.Create());
        root.Subcommands.Add(CreateHelp(root));
        root.SetAction(_ => ShowHelp(root, [], Console.Error, ExitCode.Usage));
        foreach (Option option in root.Options)
        {
            switch (option)
            {
                case VersionOption version:
                    version.Action = new VersionAction(output);
                    version.Description = "show the version";
                    break;
                case HelpOption { Action: HelpAction action } help:
                    action.MaxWidth = TextTable.MaxWidth;
                    help.Description = "show this";
                    break;
            }
        }

        return root;
    }

    private static Command CreateHelp(RootCommand root)
    {
        var topic = new Argument<string?>("command")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "the command to explain",
        };
        topic.CompletionSources.Add(_ => root.Subcommands.Select(static command => new System.CommandLine.Completions.CompletionItem(command.Name)));
        var help = new Command("help", "explain a command") { topic };
        help.SetAction(result => ShowHelp(root, result.GetValue(topic) is { } name ? [name] : [], Console.Out, ExitCode.Done));
        return help;
    }

    private static int ShowHelp(RootCommand root, string[] path, TextWriter output, ExitCode code)
    {
        ParseResult result = root.Parse([.. path, "--help"]);
        if (result.UnmatchedTokens.Count > 0)
        {
            UsageReport.Write(ParseErrors.Describe(root.Parse(path)), new MessageWriter(Console.Error, OutputFormat.Text), "");
            return (int)ExitCode.Usage;
        }

        result.Invoke(new InvocationConfiguration { Output = output });
        return (int)code;
    }

    private static int Invoke(RootCommand root, string[] args)
    {
        ParseResult result = root.Parse(args);
        if (result.Action is ParseErrorAction)
        {
            Command command = result.CommandResult.Command;
            // The option that says how to write errors may be the one that is wrong.
            bool isJson = args.Contains("--json");
            UsageReport.Write(
                ParseErrors.Describe(result),
                new MessageWriter(Console.Error, isJson ? OutputFormat.Json : OutputFormat.Text),
                command is RootCommand ? "" : command.Name);
            return (int)ExitCode.Usage;
        }

        return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
