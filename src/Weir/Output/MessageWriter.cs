using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Weir.Output;

/// <summary>
/// What a command has to say, one line each on standard error: a sentence, or a JSON object with the same sentence and its
/// facts. Standard output belongs to results and log lines; nothing here may write to it.
/// </summary>
internal sealed class MessageWriter(TextWriter output, OutputFormat format)
{
    // Arrows and quotes stay readable; the output is no part of a web page.
    private static readonly JsonWriterOptions _jsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();

    public OutputFormat Format => format;

    public void Say(string topic, string sentence, params ReadOnlySpan<MessageFact> facts) =>
        Write(MessageLevel.Information, topic, sentence, facts);

    public void Warn(string topic, string sentence, params ReadOnlySpan<MessageFact> facts) =>
        Write(MessageLevel.Warning, topic, sentence, facts);

    public void Fail(string topic, string sentence, params ReadOnlySpan<MessageFact> facts) =>
        Write(MessageLevel.Error, topic, sentence, facts);

    private void Write(MessageLevel level, string topic, string sentence, ReadOnlySpan<MessageFact> facts)
    {
        string line = format == OutputFormat.Json
            ? AsJson(level, topic, sentence, facts)
            : level switch
            {
                MessageLevel.Warning => $"warning: {sentence}",
                MessageLevel.Error => $"error: {sentence}",
                _ => sentence,
            };
        lock (_lock)
        {
            try
            {
                output.WriteLine(line);
            }
            catch (IOException)
            {
                // Nobody reads standard error any more; the node serves its clients all the same.
            }
        }
    }

    private static string AsJson(MessageLevel level, string topic, string sentence, ReadOnlySpan<MessageFact> facts)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, _jsonOptions))
        {
            json.WriteStartObject();
            json.WriteString("level", level switch
            {
                MessageLevel.Warning => "warning",
                MessageLevel.Error => "error",
                _ => "info",
            });
            json.WriteString("event", topic);
            json.WriteString("message", sentence);
            foreach (MessageFact fact in facts)
            {
                if (fact.Number is { } number)
                {
                    json.WriteNumber(fact.Name, number);
                }
                else
                {
                    json.WriteString(fact.Name, fact.Text);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
