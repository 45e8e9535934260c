import Tickers
