using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Diagnosis.Sources.S3;

/// <summary>The folders of days that a load balancer's keys lie in: <c>…/elasticloadbalancing/REGION/yyyy/mm/dd/…</c>.</summary>
// Source: ALB user guide, access log files
internal static partial class S3DayFolder
{
    [GeneratedRegex(@"(?:^|/)(?<year>\d{4})/(?<month>\d\d)/(?<day>\d\d)/[^/]*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    /// <summary>The day of the folder that a key lies in, or null.</summary>
    public static DateOnly? DayOf(string key) =>
        Form().Match(key) is { Success: true } match
        && DateOnly.TryParseExact($"{match.Groups["year"]}{match.Groups["month"]}{match.Groups["day"]}", "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? day
            : null;

    /// <summary>A day's folder in a region's, without the last slash.</summary>
    public static string PathOf(string regionFolder, DateOnly day) =>
        regionFolder + day.ToString("yyyy'/'MM'/'dd", CultureInfo.InvariantCulture);
}
