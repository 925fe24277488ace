using System.CommandLine;
using Weir.Output;

namespace Weir.Commands;

/// <summary>The commands and what is around them: usage errors, help, and the last line of defence.</summary>
internal static class CommandLineHost
{
    public static int Run(string[] args)
    {
        try
        {
            var output = new OutputOptions();
            var root = new RootCommand("Weir, an application load balancer that behaves as AWS's does.");
            output.AddTo(root);
            root.Subcommands.Add(RunCommand.Create(output));
            ParseResult result = root.Parse(args);
            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
#pragma warning disable CA1031 // A bug ends the process, with a code of its own and all that helps to find it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            new MessageWriter(Console.Error, OutputFormat.Text).Fail("internal", $"this is a bug of Weir: {exception}");
            return (int)ExitCode.Internal;
        }
    }
}
