namespace Turnpike.Storage;

/// <summary>Numbers of the storage's log lines: 2000 to 2099.</summary>
internal static class EventIds
{
    public const int Recovered = 2000;
    public const int NotDrained = 2001;
    public const int StoreFails = 2002;
    public const int StoreBack = 2003;
    public const int FlushFails = 2004;
    public const int Opened = 2005;
    public const int NoticesFail = 2006;
    public const int NoticesBack = 2007;
    public const int DatabaseBehind = 2008;
    public const int Closed = 2009;
    public const int RoutesFail = 2010;
}
