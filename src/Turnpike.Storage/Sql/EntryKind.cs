using Turnpike.Core.Ledger;

namespace Turnpike.Storage.Sql;

/// <summary>What an entry is; the numbers stand in the database.</summary>
internal enum EntryKind
{
    Grant = 0,
    Hold = 1,
    Post = 2,
    Void = 3,
    Expire = 4,
}

/// <summary>The steps of a reference; the primary key allows each once.</summary>
internal static class EntryStep
{
    public const int Grant = 0;
    public const int Hold = 1;
    public const int End = 2;

    public static EntryKind KindOf(SettlementKind kind) => kind switch
    {
        SettlementKind.Post => EntryKind.Post,
        SettlementKind.Void => EntryKind.Void,
        SettlementKind.Expire => EntryKind.Expire,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
