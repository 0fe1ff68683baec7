using Microsoft.Data.Sqlite;

namespace Turnpike.TestKit;

/// <summary>Reads the books from the database file itself, so that nothing that the gateway says of them has to be believed.</summary>
public static class BookReader
{
    static BookReader() => SQLitePCL.Batteries_V2.Init();

    /// <summary>Runs a query and gives its rows; integers are <see cref="long"/>, NULL is null.</summary>
    public static List<object?[]> Query(string database, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }

        return rows;
    }

    /// <summary>The one number that a query gives; zero where it gives NULL.</summary>
    public static long Number(string database, string sql) => (long)(Query(database, sql)[0][0] ?? 0L);

    /// <summary>Every generation, by the caller's user field.</summary>
    public static ILookup<string, BookedGeneration> Generations(string database) => Query(
            database, "SELECT g.external_user, g.id, g.charged, g.basis, g.prompt_tokens, g.completion_tokens, e.kind FROM generation g "
                + "LEFT JOIN entry e ON e.account_id = g.account_id AND e.reference = g.id AND e.step = 2")
        .ToLookup(static r => (string?)r[0] ?? "", static r => new BookedGeneration((string)r[1]!, (long)r[2]!, (long)r[3]!, (long)r[4]!, (long)r[5]!, (long?)r[6]));
}

/// <summary>A generation as it was booked. <paramref name="Kind"/> is how its hold ended, <paramref name="Basis"/>
/// what it was billed on.</summary>
public sealed record BookedGeneration(string Id, long Charged, long Basis, long PromptTokens, long CompletionTokens, long? Kind)
{
    public const long Posted = 2;

    public const long Voided = 3;

    public const long Expired = 4;

    public const long ProviderUsage = 0;

    public const long Observed = 1;

    public const long None = 3;
}
