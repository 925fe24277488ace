using System.Text;

namespace Weir.AccessLogs;

/// <summary>Hands every line to a receiver in this process. Owned by its writer; it never refuses a line.</summary>
internal sealed class LineAccessLogDestination(Action<string> receive) : IAccessLogDestination
{
    private const string Name = "(receiver)";

    public DateTimeOffset? NextDue => null;

    public string? Check() => null;

    public void Write(AccessLogChunk chunk, AccessLogDeliveryState state)
    {
        ReadOnlySpan<byte> text = chunk.Text;
        while (text.IndexOf((byte)'\n') is var length and >= 0)
        {
            receive(Encoding.ASCII.GetString(text[..length]));
            text = text[(length + 1)..];
        }

        state.Written(Name, chunk.Lines);
    }

    public void DeliverDue(AccessLogDeliveryState state)
    {
    }

    public void Reopen(AccessLogDeliveryState state)
    {
    }

    public void Complete(AccessLogDeliveryState state)
    {
    }

    public void Dispose()
    {
    }
}
