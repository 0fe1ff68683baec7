namespace Turnpike.Storage.Sql;

/// <summary>The database belongs to another version, mostly a newer one; this one would not know what it destroys.</summary>
public sealed class SchemaUnknownException : Exception
{
    internal SchemaUnknownException(string database, long found, long newest)
        : base($"{database} has schema {found}, and this version knows schemas up to {newest}. Run the newer version, or restore a backup from before it.")
    {
    }

    internal SchemaUnknownException(string database, string found, string known)
        : base($"{database} has the schema '{found}' where this version has '{known}': another line of versions has been at work on it. Run one of those.")
    {
    }
}
