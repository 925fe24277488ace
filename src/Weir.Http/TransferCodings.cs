using System.Text;

namespace Weir.Http;

/// <summary>From one element of Transfer-Encoding to its coding.</summary>
internal static class TransferCodings
{
    /// <summary>
    /// <c>transfer-coding = token *( OWS ";" OWS transfer-parameter )</c>; the parameters are ignored. An empty
    /// element is unknown. Source: RFC 9110 §10.1.4; http-desync-guardian.
    /// </summary>
    public static TransferCoding Lookup(ReadOnlySpan<byte> element)
    {
        int semicolon = element.IndexOf((byte)';');
        ReadOnlySpan<byte> name = semicolon < 0 ? element : HttpCharacters.Trim(element[..semicolon]);
        return name.Length switch
        {
            7 when Ascii.EqualsIgnoreCase(name, "chunked"u8) => TransferCoding.Chunked,
            8 when Ascii.EqualsIgnoreCase(name, "identity"u8) => TransferCoding.Identity,
            4 when Ascii.EqualsIgnoreCase(name, "gzip"u8) => TransferCoding.Compressing,
            7 when Ascii.EqualsIgnoreCase(name, "deflate"u8) => TransferCoding.Compressing,
            8 when Ascii.EqualsIgnoreCase(name, "compress"u8) => TransferCoding.Compressing,
            _ => TransferCoding.Unknown,
        };
    }
}
