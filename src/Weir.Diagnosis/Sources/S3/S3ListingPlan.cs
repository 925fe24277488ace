using System.Text.RegularExpressions;
using Amazon.S3;
using Amazon.S3.Model;

namespace Weir.Diagnosis.Sources.S3;

/// <summary>
/// Which stretches of a bucket have to be listed for a prefix and a period: a bucket holds years, and a listing gives a
/// thousand keys a second or so. Where keys lie as load balancers write them, only the days asked for are listed.
/// </summary>
internal sealed partial class S3ListingPlan(IAmazonS3 client, string bucket, LogPeriodFilter period)
{
    private const string Root = "AWSLogs/";
    private const string Service = "elasticloadbalancing/";

    private int _listings;

    [GeneratedRegex(@"(?:^|/)elasticloadbalancing/[a-z]{2}[a-z0-9-]+/?$", RegexOptions.CultureInvariant)]
    private static partial Regex RegionForm();

    [GeneratedRegex(@"(?:^|/)AWSLogs/(?:o-[a-z0-9]+/)?\d+/(?:elasticloadbalancing/?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex AccountForm();

    public async Task<IReadOnlyList<S3Listing>> OfAsync(string prefix, CancellationToken cancellation)
    {
        S3Listing[] everything = [new S3Listing(prefix, null, null)];
        if (period.IsOpen) return everything;
        if (RegionForm().IsMatch(prefix)) return [OfRegion(WithSlash(prefix))];

        List<string>? regions = await RegionFoldersAsync(prefix, cancellation);
        return regions is { Count: > 0 } ? [.. regions.Select(OfRegion)] : everything;
    }

    private static string WithSlash(string prefix) => prefix.Length == 0 || prefix.EndsWith('/') ? prefix : prefix + "/";

    private S3Listing OfRegion(string folder) => new(
        folder,
        // A folder's own path comes before everything in it.
        period.FirstDay is { } first ? S3DayFolder.PathOf(folder, first) : null,
        period.LastDay is { } last ? S3DayFolder.PathOf(folder, last) + "/" : null);

    // [prefix/]AWSLogs/ACCOUNT/elasticloadbalancing/REGION/. Null where the prefix ends in the middle of a name, or there are
    // too many folders to look into.
    private async Task<List<string>?> RegionFoldersAsync(string prefix, CancellationToken cancellation)
    {
        if (AccountForm().IsMatch(prefix)) return await RegionsOfAsync(prefix, cancellation);
        string root = WithSlash(prefix);
        if (!root.EndsWith(Root, StringComparison.Ordinal))
        {
            if (root.Contains(Root, StringComparison.Ordinal)) return null;
            root += Root;
        }

        var regions = new List<string>();
        foreach (string account in await FoldersAsync(root, cancellation))
        {
            if (_listings >= SourceLimits.MaxFolderListings) return null;
            if (AccountForm().IsMatch(account)) regions.AddRange(await RegionsOfAsync(account, cancellation));
            else if (account.EndsWith('/')) return null;
        }

        return regions;
    }

    private async Task<List<string>> RegionsOfAsync(string account, CancellationToken cancellation)
    {
        string folder = WithSlash(account);
        if (!folder.EndsWith(Service, StringComparison.Ordinal)) folder += Service;
        return await FoldersAsync(folder, cancellation);
    }

    private async Task<List<string>> FoldersAsync(string folder, CancellationToken cancellation)
    {
        _listings++;
        ListObjectsV2Response page = await client.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = bucket, Prefix = folder, Delimiter = "/", MaxKeys = SourceLimits.KeysPerListing }, cancellation);
        return page.CommonPrefixes ?? [];
    }
}
