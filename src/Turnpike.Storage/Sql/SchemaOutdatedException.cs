namespace Turnpike.Storage.Sql;

/// <summary>The database has the schema of an older version, and whoever opened it only wants to read: a server of that version may be at work on it.</summary>
public sealed class SchemaOutdatedException : Exception
{
    internal SchemaOutdatedException(string database, long found, IReadOnlyList<string> missing)
        : base($"{database} has schema {found}, and this version needs {string.Join(", ", missing)} besides; a command that only reads does not change it. "
            + "Use the program of the version that serves, or start the server of this version, which brings the schema up to date.")
    {
    }
}
