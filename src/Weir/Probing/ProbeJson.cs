using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weir.Probing;

/// <summary>How the document of `probe` is written, generated when the program is built.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ProbeDocument))]
internal sealed partial class ProbeJson : JsonSerializerContext
{
    /// <summary>With quotes and dashes as they are: this is read in terminals, and never embedded in a page.</summary>
    public static ProbeJson Readable => field ??=
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
