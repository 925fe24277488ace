using System.Text;
using Weir.Http;

namespace Weir.Fuzz.Oracles;

/// <summary>Everything that a parser said about a head, as text, so that two heads can be compared.</summary>
internal static class HeadText
{
    public static string Of(RequestHead head)
    {
        StringBuilder text = new();
        text.Append(
            $"{head.KnownMethod} {head.Version}.{head.MinorVersion} {head.TargetForm} {head.Framing} "
            + $"keep={head.KeepAlive} expect={head.ExpectContinue} upgrade={head.Upgrade} "
            + $"options={head.ConnectionOptions} host={head.HostIndex} {head.Classification} "
            + $"{head.ClassificationReason} {head.Refusal} bytes={head.HeadBytes}\n");
        Append(text, head.Method);
        Append(text, head.Target);
        Append(text, head.Scheme);
        Append(text, head.Authority);
        Append(text, head.Path);
        Append(text, head.Query);
        Append(text, head.RequestLine);
        return Append(text, head.Fields).ToString();
    }

    public static string Of(ResponseHead head)
    {
        StringBuilder text = new();
        text.Append(
            $"{head.StatusCode} {head.Version}.{head.MinorVersion} {head.Framing} length={head.ContentLength} "
            + $"reusable={head.Reusable} options={head.ConnectionOptions} upgrade={head.Upgrade} "
            + $"timeout={head.KeepAliveTimeoutSeconds} max={head.KeepAliveMaxRequests} {head.Refusal} "
            + $"bytes={head.HeadBytes}\n");
        Append(text, head.Reason);
        return Append(text, head.Fields).ToString();
    }

    private static StringBuilder Append(StringBuilder text, FieldTable fields)
    {
        for (int index = 0; index < fields.Count; index++)
        {
            text.Append($"{fields[index].Known} {fields[index].Flags} ");
            Append(text, fields.Name(index));
            Append(text, fields.Value(index));
        }

        return text;
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> bytes) =>
        text.Append('[').Append(Encoding.Latin1.GetString(bytes)).Append("]\n");
}
