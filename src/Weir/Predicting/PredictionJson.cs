using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weir.Predicting;

/// <summary>How the document of `predict` is written, generated when the program is built.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PredictionDocument))]
internal sealed partial class PredictionJson : JsonSerializerContext
{
    /// <summary>With quotes and dashes as they are: this is read in terminals, and never embedded in a page.</summary>
    public static PredictionJson Readable => field ??=
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
