using Weir.Configuration;
using Weir.Hosting;
using Weir.Model;
using Weir.Output;

namespace Weir.Tests.Hosting;

public sealed class StartMessagesTests
{
    [Fact]
    public void Moved_LoadBalancerAtAnotherAddress_IsAWarningWithTheOptionThatKeepsIt() => Assert.Equal(
        "warning: weir is at 127.0.0.2 now, and was at 127.0.0.1: addresses follow the template's order; "
            + "--address weir=127.0.0.1 keeps it there\n",
        Moved("127.0.0.1:80", "127.0.0.2:80"));

    [Fact]
    public void Moved_LoadBalancerAtItsAddress_IsSilent() => Assert.Equal("", Moved("127.0.0.1:80", "127.0.0.1:81"));

    private static string Moved(string before, string after)
    {
        using var output = new StringWriter { NewLine = "\n" };
        NodeSettings settings = Settings(after);
        new StartMessages(new MessageWriter(output, OutputFormat.Text), settings).Moved(Compile(settings), Compile(Settings(before)));
        return output.ToString();
    }

    private static NodeSettings Settings(string listen) =>
        FlagReader.Read(new ConfigurationFlags { Listen = [listen], Target = ["127.0.0.1:3000"] }, out _)!;

    private static BalancerSnapshot Compile(NodeSettings settings) =>
        SnapshotCompiler.Compile(settings.Source.Load().Definition!).Snapshot!;
}
