using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;

namespace Weir.Bench.Logs;

/// <summary>What the process of <see cref="DuckDbTool"/> does: one query on one file, its answer summed up by status.</summary>
internal static class DuckDbQuery
{
    /// <summary>This program's first argument, where it is to be that process.</summary>
    public const string Command = "duckdb-query";

    // Source: ALB user guide, access log entries; 36 fields. As text: nothing is converted that is not asked for.
    private static readonly string[] _columns =
    [
        "type", "time", "elb", "client_port", "target_port", "request_processing_time", "target_processing_time",
        "response_processing_time", "elb_status_code", "target_status_code", "received_bytes", "sent_bytes", "request",
        "user_agent", "ssl_cipher", "ssl_protocol", "target_group_arn", "trace_id", "domain_name", "chosen_cert_arn",
        "matched_rule_priority", "request_creation_time", "actions_executed", "redirect_url", "error_reason",
        "target_port_list", "target_status_code_list", "classification", "classification_reason", "conn_trace_id",
        "field_31", "field_32", "field_33", "field_34", "field_35", "field_36",
    ];

    public static string Version
    {
        get
        {
            using DuckDBConnection connection = Open();
            return "DuckDB " + connection.ServerVersion;
        }
    }

    public static void Run(string file, string compression)
    {
        string columns = string.Join(", ", _columns.Select(name => $"'{name}': 'VARCHAR'"));
        using DuckDBConnection connection = Open();
        using DuckDBCommand query = connection.CreateCommand();
        query.CommandText = $$"""
            SELECT elb_status_code, target_port, count(*)
            FROM read_csv('{{file}}', compression = '{{compression}}', delim = ' ', quote = '"', escape = '"', header = false,
                auto_detect = false, columns = { {{columns}} })
            GROUP BY ALL
            """;
        var byStatus = new SortedDictionary<int, long>();
        using DuckDBDataReader rows = query.ExecuteReader();
        while (rows.Read())
        {
            int status = int.Parse(rows.GetString(0), CultureInfo.InvariantCulture);
            byStatus[status] = byStatus.GetValueOrDefault(status) + rows.GetInt64(2);
        }

        Console.WriteLine(JsonSerializer.Serialize(byStatus));
    }

    private static DuckDBConnection Open()
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        return connection;
    }
}
