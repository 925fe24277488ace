using Weir.Output;

namespace Weir.Tests.Output;

public sealed class MessageWriterTests
{
    [Fact]
    public void Text_Levels_AreWordsBeforeTheSentence() => Assert.Equal(
        "a → b\nwarning: c\nerror: d\n", Write(OutputFormat.Text));

    [Fact]
    public void Json_Messages_AreOneObjectALine() => Assert.Equal(
        """
        {"level":"info","event":"one","message":"a → b","port":80,"host":"x"}
        {"level":"warning","event":"two","message":"c"}
        {"level":"error","event":"three","message":"d"}

        """,
        Write(OutputFormat.Json));

    private static string Write(OutputFormat format)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var messages = new MessageWriter(output, format);
        messages.Say("one", "a → b", ("port", 80), ("host", "x"));
        messages.Warn("two", "c");
        messages.Fail("three", "d");
        return output.ToString();
    }
}
