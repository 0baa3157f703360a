use cgocall::cgo_import;

#[cgo_import]
unsafe extern "C" {
    #[cgo(drop = close_db)]
    #[derive(Clone)]
    type Db;
    fn close_db(db: Db);

    #[cgo(drop = close_row)]
    #[derive(Clone, Copy)]
    type Row;
    safe fn row() -> Row;
    safe fn close_row(row: Row);
}

fn main() {
    let row = row();
    close_row(row);
    close_row(row);
    let _ = Row { owned: std::ptr::null_mut() };
}
