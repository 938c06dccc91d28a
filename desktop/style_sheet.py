"""Style sheet: spacing and weight of the few widgets that Qt's own style draws too plainly."""

from __future__ import annotations

from desktop.appearance.palette import mixed
from desktop.appearance.theme import Theme


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of the whole program in the colours of `theme`."""
    warning = mixed(theme.window, theme.warning, 0.16)
    note = mixed(theme.window, theme.accent, 0.12)
    return f"""
QToolTip {{ color: {theme.text}; background: {theme.raised}; border: 1px solid {theme.faint}; padding: 4px; }}
QLabel#quiet, QLabel#emptyWords {{ color: {theme.muted}; }}
QLabel#emptyWords {{ padding: 8px 4px; }}
QLabel#title {{ font-size: 20px; font-weight: 600; }}
QLabel#heading {{ font-weight: 600; }}
QLabel#noteName {{ font-weight: 600; }}
QLabel#keycap {{ background: {theme.raised}; border: 1px solid {theme.faint}; border-bottom-width: 2px;
    border-radius: 4px; padding: 1px 6px; }}
QLabel#good {{ color: {theme.good}; }}
QLabel#warning {{ color: {theme.warning}; }}
QLabel#danger {{ color: {theme.danger}; }}
QFrame#rule {{ background: {theme.faint}; border: none; max-height: 1px; min-height: 1px; }}
QFrame#noteHeader {{ background: {theme.raised}; border: none; border-bottom: 1px solid {theme.faint}; }}
QFrame#messageBar {{ border: none; border-bottom: 1px solid {theme.faint}; }}
QFrame#messageBar[kind="warning"] {{ background: {warning}; }}
QFrame#messageBar[kind="note"] {{ background: {note}; }}
QLabel#messageMark {{ font-weight: 700; min-width: 12px; }}
QToolButton#chip {{ border: 1px solid {theme.faint}; border-radius: 9px; padding: 1px 7px 1px 4px;
    background: transparent; }}
QToolButton#chip:checked {{ border-color: {theme.accent}; background: {note}; }}
QToolButton#chip:focus {{ border-color: {theme.accent}; }}
QToolButton#flat {{ border: none; padding: 2px 6px; }}
QToolButton#flat:hover {{ background: {mixed(theme.window, theme.faint, 0.6)}; border-radius: 4px; }}
QToolButton#flat:focus {{ border: 1px solid {theme.accent}; border-radius: 4px; }}
QStatusBar {{ border-top: 1px solid {theme.faint}; }}
QStatusBar::item {{ border: none; }}
QSplitter::handle {{ background: {theme.faint}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QTableView {{ border: 1px solid {theme.faint}; }}
QTableView#plain {{ border: none; background: {theme.window}; }}
QTableView::item {{ padding: 0 6px; }}
QHeaderView::section {{ background: {theme.window}; color: {theme.muted}; border: none;
    border-bottom: 1px solid {theme.faint}; padding: 3px 6px; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {theme.faint}; }}
QDialogButtonBox, QMessageBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton#primary {{ font-weight: 600; }}
"""
