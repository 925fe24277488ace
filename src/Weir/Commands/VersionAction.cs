using System.CommandLine;
using System.CommandLine.Invocation;
using Weir.Output;

namespace Weir.Commands;

/// <summary>`weir --version`.</summary>
internal sealed class VersionAction(OutputOptions output) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Console.Out.WriteLine(
            output.Read(parseResult) == OutputFormat.Json ? $$"""{"version":"{{BuildVersion.Text}}"}""" : $"weir {BuildVersion.Text}");
        return (int)ExitCode.Done;
    }
}
